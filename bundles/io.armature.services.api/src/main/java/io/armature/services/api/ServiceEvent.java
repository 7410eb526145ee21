package io.armature.services.api;

import java.util.Objects;

/**
 * An owner has come or gone.
 *
 * @param type what happened
 * @param serviceName name of the service
 * @param dispatcher who registered, or whose registration ended
 */
public record ServiceEvent(Type type, String serviceName, Identity dispatcher) {

    /** Rejects what is missing. */
    public ServiceEvent {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(serviceName, "serviceName");
        Objects.requireNonNull(dispatcher, "dispatcher");
    }

    /** What can happen; more may come, treat those as {@link #UNKNOWN}. */
    public enum Type {
        /** Something newer than the reader; never sent. */
        UNKNOWN(0),
        /** An owner has come. */
        REGISTERED(1),
        /** The owner has gone. */
        UNREGISTERED(2);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        /** Number on the wire. */
        public int number() {
            return number;
        }

        /** The type of a number; {@link #UNKNOWN} for numbers that this version does not know. */
        public static Type of(int number) {
            return switch (number) {
                case 1 -> REGISTERED;
                case 2 -> UNREGISTERED;
                default -> UNKNOWN;
            };
        }
    }
}
