package io.armature.services.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.services.Services;
import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.registry.ServiceView;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every service at one moment, with what policy says about it. */
final class Overview {

    /**
     * One service.
     *
     * @param policy of no file if the service is there only because nothing is refused
     */
    record Row(ServiceView view, ServicePolicy policy) {

        String owner() {
            return view.owner().map(Identity::toString).orElse("-");
        }

        /** Where the owner is named, else where the first requester is. */
        Optional<String> place() {
            return policy.owner()
                    .or(() -> policy.requesters().stream().findFirst())
                    .map(Row::place);
        }

        private static String place(Rule rule) {
            return rule.file() + ":" + rule.line();
        }

        /** Who waits, how often, in the order of waiting. */
        Map<String, Integer> waiting() {
            Map<String, Integer> callers = new LinkedHashMap<>();
            view.waiting().forEach(caller -> callers.merge(caller.toString(), 1, Integer::sum));
            return callers;
        }

        void write(JsonGenerator json, int listed) throws IOException {
            json.writeStringField("name", view.name());
            if (view.owner().isPresent()) {
                json.writeFieldName("owner");
                Json.identity(json, view.owner().get());
            }
            if (policy.owner().isPresent()) {
                json.writeFieldName("owner_rule");
                Json.rule(json, policy.owner().get());
            }
            json.writeArrayFieldStart("requesters");
            for (Rule rule : first(policy.requesters(), listed)) {
                Json.rule(json, rule);
            }
            json.writeEndArray();
            if (policy.requesters().size() > listed) {
                json.writeNumberField("more_requesters", policy.requesters().size() - listed);
            }
            json.writeNumberField("waiting_requests", view.waiting().size());
            json.writeArrayFieldStart("waiting");
            for (Map.Entry<String, Integer> caller : first(waiting().entrySet(), listed)) {
                json.writeStartObject();
                json.writeStringField("caller", caller.getKey());
                json.writeNumberField("requests", caller.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("handed_over", view.handedOver());
        }

        private static <T> List<T> first(Collection<T> all, int limit) {
            return all.stream().limit(limit).toList();
        }
    }

    private Overview() {}

    static List<Row> rows(Services services) {
        Policies policies = services.policies();
        return Answers.of(services.registry().services()).stream()
                .map(view -> new Row(view, policies.of(view.name()).orElse(ServicePolicy.NOBODY)))
                .toList();
    }
}
