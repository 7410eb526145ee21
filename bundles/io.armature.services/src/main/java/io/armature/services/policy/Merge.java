package io.armature.services.policy;

import io.armature.services.policy.Grant.Right;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts files together: the first owner of a service stays, requesters are united. No lambdas: this
 * runs at every boot, and linking one costs more than a file.
 */
final class Merge {

    private final Map<String, Rule> owners = new HashMap<>();
    private final Map<String, Map<Subject, Rule>> requesters = new HashMap<>();

    /** Adds a file's grants; returns its conflicts with the files before it. */
    List<Finding> add(PolicyFile file) {
        List<Finding> conflicts = new ArrayList<>();
        for (Grant grant : file.grants()) {
            Map<Subject, Rule> requesting = requesters.get(grant.service());
            if (requesting == null) {
                requesting = new LinkedHashMap<>();
                requesters.put(grant.service(), requesting);
            }
            if (grant.right() == Right.REQUEST) {
                requesting.putIfAbsent(grant.rule().subject(), grant.rule());
                continue;
            }
            Rule kept = owners.putIfAbsent(grant.service(), grant.rule());
            if (kept != null) {
                conflicts.add(Finding.conflict(grant, kept));
            }
        }
        return conflicts;
    }

    /** What all files added so far say. */
    Policies policies() {
        Map<String, ServicePolicy> services = new HashMap<>();
        for (Map.Entry<String, Map<Subject, Rule>> service : requesters.entrySet()) {
            services.put(
                    service.getKey(),
                    new ServicePolicy(
                            Optional.ofNullable(owners.get(service.getKey())),
                            List.copyOf(service.getValue().values())));
        }
        return new Policies(services);
    }
}
