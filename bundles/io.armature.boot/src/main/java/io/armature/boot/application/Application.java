package io.armature.boot.application;

/** The application that the firmware profile names, as the slot's lock says it. */
public sealed interface Application {

    /** A bundle announces itself through {@code BootControl}. */
    record OfBundle(String symbolicName) implements Application {
        @Override
        public String toString() {
            return "bundle " + symbolicName;
        }
    }

    /** An external process announces itself with its token. */
    record OfProcess(String name) implements Application {
        @Override
        public String toString() {
            return "process " + name;
        }
    }

    /** Nobody announces; the conductor does. */
    record None() implements Application {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * Reads {@code bundle <bsn>}, {@code process <name>} or {@code none}.
     *
     * @param text null means none
     * @throws IllegalArgumentException for anything else
     */
    static Application parse(String text) {
        if (text == null || text.equals("none")) {
            return new None();
        }
        int space = text.indexOf(' ');
        String name = text.substring(space + 1).strip();
        if (space > 0 && !name.isEmpty()) {
            switch (text.substring(0, space)) {
                case "bundle":
                    return new OfBundle(name);
                case "process":
                    return new OfProcess(name);
                default:
                    break;
            }
        }
        throw new IllegalArgumentException("unknown application '" + text + "'");
    }
}
