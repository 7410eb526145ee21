package io.armature.services.policy;

import io.armature.services.api.Identity;
import java.util.Objects;

/**
 * Whom a rule is about.
 *
 * <p>The records spell out {@code equals} and {@code hashCode}: those that the language gives link
 * themselves at the first call, which at a boot costs more than all policy files together.
 */
public sealed interface Subject {

    /** Whether the rule is about this caller. What a caller lacks never matches. */
    boolean matches(Identity caller);

    /**
     * Policy key {@code user}: processes of a user, not bundles.
     *
     * @param uid numeric user, 0 to 2^32 - 1
     * @param name as in the policy file
     */
    record User(long uid, String name) implements Subject {
        @Override
        public boolean matches(Identity caller) {
            return caller.bundle().isEmpty() && isProcess(caller) && caller.uid() == uid;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof User user && uid == user.uid && name.equals(user.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        // A guest's machine has no user of ours.
        private static boolean isProcess(Identity caller) {
            return caller.label().isEmpty() || !caller.label().get().startsWith("vm:");
        }

        @Override
        public String toString() {
            return "user " + name;
        }
    }

    /**
     * Policy key {@code identity}: a security label.
     *
     * @param context never empty
     */
    record Label(String context) implements Subject {
        /** Rejects an empty label, which would match the absence of one. */
        public Label {
            Objects.requireNonNull(context, "context");
            if (context.isEmpty()) {
                throw new IllegalArgumentException("context must not be empty");
            }
        }

        @Override
        public boolean matches(Identity caller) {
            return caller.label().isPresent() && context.equals(caller.label().get());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Label label && context.equals(label.context);
        }

        @Override
        public int hashCode() {
            return context.hashCode();
        }

        @Override
        public String toString() {
            return "identity " + context;
        }
    }

    /**
     * Policy key {@code bundle}: a bundle of this framework.
     *
     * @param symbolicName without version
     */
    record Bundle(String symbolicName) implements Subject {
        @Override
        public boolean matches(Identity caller) {
            return caller.bundle().isPresent() && symbolicName.equals(caller.bundle().get());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bundle bundle && symbolicName.equals(bundle.symbolicName);
        }

        @Override
        public int hashCode() {
            return symbolicName.hashCode();
        }

        @Override
        public String toString() {
            return "bundle " + symbolicName;
        }
    }
}
