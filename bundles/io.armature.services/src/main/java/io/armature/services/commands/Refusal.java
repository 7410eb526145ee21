package io.armature.services.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.services.api.ErrorCode;
import io.armature.services.hooks.HiddenLookUps;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Denial;
import java.io.IOException;
import java.time.Instant;

/**
 * Something that was refused, as the console shows it.
 *
 * @param call {@code register}, {@code request}, {@code query} or {@code look up}
 * @param count how often; 0 where each is told by itself
 */
record Refusal(
        Instant when, String caller, String call, String service, ErrorCode code, long count) {

    static Refusal of(Denial denial) {
        return new Refusal(
                denial.when(),
                denial.caller().toString(),
                denial.call(),
                denial.service(),
                denial.code(),
                0);
    }

    static Refusal of(HiddenLookUps.Line line, Policies policies) {
        return new Refusal(
                line.last(),
                "bundle " + line.bundle(),
                "look up",
                line.service(),
                policies.of(line.service()).isPresent()
                        ? ErrorCode.PERMISSION_DENIED
                        : ErrorCode.SERVICE_NOT_FOUND,
                line.count());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        Json.time(json, "timestamp_us", when);
        json.writeStringField("caller", caller);
        json.writeStringField("call", call);
        json.writeStringField("service", service);
        json.writeNumberField("code", code.number());
        if (count > 0) {
            json.writeNumberField("count", count);
        }
        json.writeEndObject();
    }
}
