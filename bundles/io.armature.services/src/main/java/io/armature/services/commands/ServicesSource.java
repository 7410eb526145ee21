package io.armature.services.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.control.api.ConsoleSource;
import io.armature.services.Services;
import io.armature.services.api.ServiceManager;
import io.armature.services.registry.Denial;
import io.armature.services.registry.Mode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells the console of owners, requesters and denials, see docs/formats/console.md. */
@Component
public final class ServicesSource implements ConsoleSource {

    /** Of one service: more requesters or callers who wait are only counted. */
    private static final int LISTED = 32;

    /** What services may take of the console's 256 KiB, characters; the rest is only counted. */
    private static final int SERVICES_CHARACTERS = 160 * 1024;

    private static final int DENIALS = 32;

    private final Services services;

    /** About the services of this device. */
    @Activate
    public ServicesSource(@Reference Services services) {
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
                    write(json, denials);
                });
    }

    /** The latest first. */
    private static void write(JsonGenerator json, List<Denial> denials) throws IOException {
        json.writeArrayFieldStart("denials");
        for (int i = denials.size() - 1; i >= Math.max(0, denials.size() - DENIALS); i--) {
            Denial denial = denials.get(i);
            json.writeStartObject();
            json.writeNumberField(
                    "timestamp_us", ChronoUnit.MICROS.between(Instant.EPOCH, denial.when()));
            json.writeStringField("caller", denial.caller().toString());
            json.writeStringField("call", denial.call());
            json.writeStringField("service", denial.service());
            json.writeNumberField("code", denial.code().number());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    @Override
    public Subscription observe(Runnable changed) {
        ServiceManager.Subscription subscription = services.registry().onChange(changed);
        return subscription::close;
    }
}
