package io.armature.reporting.mqtt.configuration;

/** Something that came as a configuration and changes nothing. */
final class RefusedConfiguration extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is counted apart. */
    enum Reason {
        TOO_LONG("too long"),
        MALFORMED("malformed"),
        DESTINATION("unknown destination"),
        SIGNATURE("signature"),
        OLDER("older version"),
        NO_KEY("no verification key"),
        NOT_KEPT("not kept");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Reason reason;

    RefusedConfiguration(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
