package io.armature.services.registry;

import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import java.time.Instant;

/**
 * A call that was refused, for people who look for the reason.
 *
 * @param when wall time of the refusal
 * @param call {@code register}, {@code request} or {@code query}
 * @param code why
 */
public record Denial(Instant when, Identity caller, String call, String service, ErrorCode code) {}
