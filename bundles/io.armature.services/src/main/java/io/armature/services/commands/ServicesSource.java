package io.armature.services.commands;

import io.armature.control.api.ConsoleSource;
import io.armature.services.Services;
import io.armature.services.api.ServiceManager;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Denial;
import io.armature.services.registry.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Tells the console of owners, requesters and denials, see docs/formats/console.md. */
final class ServicesSource implements ConsoleSource {

    /** Of one service: more requesters or callers who wait are only counted. */
    private static final int LISTED = 32;

    /** What services may take of the console's 256 KiB, characters; the rest is only counted. */
    private static final int SERVICES_CHARACTERS = 160 * 1024;

    private static final int DENIALS = 32;

    private final Services services;

    /** About the services of this device. */
    ServicesSource(Services services) {
        this.services = services;
    }

    @Override
    public String name() {
        return "services";
    }

    @Override
    public String snapshot() {
        List<Overview.Row> rows = Overview.rows(services);
        List<Denial> denials = Answers.of(services.registry().denials());
        return Json.object(
                json -> {
                    json.writeBooleanField("permissive", services.mode() == Mode.PERMISSIVE);
                    json.writeArrayFieldStart("services");
                    int left = SERVICES_CHARACTERS;
                    int written = 0;
                    for (Overview.Row row : rows) {
                        String one = Json.object(o -> row.write(o, LISTED));
                        left -= one.length();
                        if (left < 0) {
                            break;
                        }
                        json.writeRawValue(one);
                        written++;
                    }
                    json.writeEndArray();
                    json.writeNumberField("more_services", rows.size() - written);
                    json.writeArrayFieldStart("denials");
                    for (Refusal refusal : refusals(denials)) {
                        refusal.write(json);
                    }
                    json.writeEndArray();
                });
    }

    /** The latest first: calls that were refused, and look-ups that were hidden. */
    private List<Refusal> refusals(List<Denial> denials) {
        Policies policies = services.policies();
        return Stream.concat(
                        services.hidden().list().stream().map(line -> Refusal.of(line, policies)),
                        denials.stream().map(Refusal::of))
                .sorted(Comparator.comparing(Refusal::when).reversed())
                .limit(DENIALS)
                .toList();
    }

    @Override
    public Subscription observe(Runnable changed) {
        ServiceManager.Subscription calls = services.registry().onChange(changed);
        ServiceManager.Subscription lookUps = services.hidden().onChange(changed);
        return () -> {
            calls.close();
            lookUps.close();
        };
    }
}
