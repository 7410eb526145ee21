package io.armature.reporting.dbus;

import io.armature.reporting.api.StatusCode;
import io.armature.reporting.dbus.Operation.Role;
import io.armature.reporting.proto.Destination;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may do what, beyond what the bus itself forbids. Of one thread. */
final class Access {

    /** Why a caller is refused, and what he is told; the constants are samples of a metric. */
    enum Refusal {
        UNKNOWN_SENDER(StatusCode.UNAVAILABLE, "Failed to verify sender identity. Please retry."),
        UNAUTHORIZED_UPLOADER(StatusCode.PERMISSION_DENIED, "Unauthorized uploader."),
        UNAUTHORIZED_DESTINATION(
                StatusCode.PERMISSION_DENIED, "Unauthorized reporting destination.");

        private final StatusCode code;
        private final String message;

        Refusal(StatusCode code, String message) {
            this.code = code;
            this.message = message;
        }

        StatusCode code() {
            return code;
        }

        String message() {
            return message;
        }
    }

    private final Users users;
    private final Set<String> uploaders;
    private final Map<Destination, Set<String>> controlled;

    /**
     * @param uploaders names or numbers of users, parted by blanks
     * @param controlled {@code DESTINATION=user user; DESTINATION=…}; others are for everybody
     * @throws IllegalArgumentException if one cannot be read
     */
    Access(Users users, String uploaders, String controlled) {
        this.users = users;
        this.uploaders = words(uploaders);
        this.controlled = controlled(controlled);
    }

    /** Whether it matters who calls. */
    boolean matters(Operation.Request<?> request) {
        return request.operation().role() == Role.UPLOADER
                || request.destination().filter(controlled::containsKey).isPresent();
    }

    /** Why that user may not; empty if he may. */
    Optional<Refusal> refusal(Operation.Request<?> request, long uid) {
        if (request.operation().role() == Role.UPLOADER && !users.isOneOf(uid, uploaders)) {
            return Optional.of(Refusal.UNAUTHORIZED_UPLOADER);
        }
        return request.destination()
                .map(controlled::get)
                .filter(allowed -> !users.isOneOf(uid, allowed))
                .map(allowed -> Refusal.UNAUTHORIZED_DESTINATION);
    }

    private static Map<Destination, Set<String>> controlled(String text) {
        Map<Destination, Set<String>> all = new EnumMap<>(Destination.class);
        for (String rule : text.split(";", -1)) {
            if (rule.isBlank()) {
                continue;
            }
            int equals = rule.indexOf('=');
            String name = equals < 0 ? rule.strip() : rule.substring(0, equals).strip();
            Destination destination =
                    Arrays.stream(Destination.values())
                            .filter(each -> each.name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> fault(rule));
            if (equals < 0 || all.put(destination, words(rule.substring(equals + 1))) != null) {
                throw fault(rule);
            }
        }
        return all;
    }

    private static IllegalArgumentException fault(String rule) {
        return new IllegalArgumentException(
                "controlled_destinations must be DESTINATION=user user; …, each destination once,"
                        + " was '"
                        + rule.strip()
                        + "'");
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
