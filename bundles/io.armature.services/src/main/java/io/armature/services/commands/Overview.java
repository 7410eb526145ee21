package io.armature.services.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.services.Services;
import io.armature.services.api.Identity;
import io.armature.services.hooks.HiddenLookUps;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.registry.ServiceView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every service at one moment, with what policy says about it. */
final class Overview {

    /**
     * One service.
     *
     * @param policy of no file if the service is there only because nothing is refused
     * @param hidden who looked for it in vain, the latest first
     */
    record Row(ServiceView view, ServicePolicy policy, List<HiddenLookUps.Line> hidden) {

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
            if (!hidden.isEmpty()) {
                json.writeArrayFieldStart("hidden");
                for (HiddenLookUps.Line line : first(hidden, listed)) {
                    json.writeStartObject();
                    json.writeStringField("bundle", line.bundle());
                    json.writeNumberField("look_ups", line.count());
                    Json.time(json, "last_us", line.last());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
        }

        private static <T> List<T> first(Collection<T> all, int limit) {
            return all.stream().limit(limit).toList();
        }
    }

    private Overview() {}

    static List<Row> rows(Services services) {
        Policies policies = services.policies();
        Map<String, List<HiddenLookUps.Line>> hidden = new TreeMap<>();
        for (HiddenLookUps.Line line : services.hidden().list()) {
            hidden.computeIfAbsent(line.service(), name -> new ArrayList<>()).add(line);
        }
        List<Row> rows = new ArrayList<>();
        for (ServiceView view : Answers.of(services.registry().services())) {
            rows.add(row(view, policies, hidden.remove(view.name())));
        }
        // Published under a name that is not registered: no policy has it.
        hidden.forEach(
                (name, lines) ->
                        rows.add(
                                row(
                                        new ServiceView(name, Optional.empty(), List.of(), 0),
                                        policies,
                                        lines)));
        rows.sort(Comparator.comparing(row -> row.view().name()));
        return List.copyOf(rows);
    }

    private static Row row(ServiceView view, Policies policies, List<HiddenLookUps.Line> hidden) {
        return new Row(
                view,
                policies.of(view.name()).orElse(ServicePolicy.NOBODY),
                hidden == null ? List.of() : List.copyOf(hidden));
    }
}
