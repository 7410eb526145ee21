package io.armature.services.registry;

import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.ServicePolicy;
import java.util.Objects;
import java.util.Optional;

/**
 * What policy and mode allow, and what a refusal says. Existence is looked at first, then
 * permission; immutable.
 */
record Admission(Mode mode, Policies policies) {

    Admission {
        Objects.requireNonNull(policies, "policies");
    }

    /** Why the caller may not own the service, null if it may. */
    ErrorCode owning(Identity caller, String name) {
        if (mode == Mode.PERMISSIVE) {
            return null;
        }
        Optional<ServicePolicy> policy = policies.of(name);
        if (policy.isEmpty()) {
            return ErrorCode.SERVICE_NOT_FOUND;
        }
        return policy.get().owns(caller).isPresent() ? null : ErrorCode.PERMISSION_DENIED;
    }

    /** Why the caller may not request, query or watch the service, null if it may. */
    ErrorCode requesting(Identity caller, String name) {
        if (mode == Mode.PERMISSIVE) {
            return null;
        }
        Optional<ServicePolicy> policy = policies.of(name);
        if (policy.isEmpty()) {
            return ErrorCode.SERVICE_NOT_FOUND;
        }
        return policy.get().requests(caller).isPresent() ? null : ErrorCode.PERMISSION_DENIED;
    }

    /** Whether a service of that name exists for its own sake, without anybody there. */
    boolean names(String name) {
        return policies.of(name).isPresent();
    }

    static String text(ErrorCode code, String name) {
        return switch (code) {
            case TIMEOUT -> "no owner of " + name + " came in time";
            case PERMISSION_DENIED -> "policy does not allow this caller " + name;
            case SERVICE_ALREADY_REGISTERED -> name + " has an owner; try again when it has gone";
            case SERVICE_NOT_FOUND -> "no policy names " + name;
            case UNKNOWN, UNEXPECTED_OS_ERROR -> name;
        };
    }
}
