package io.armature.platform.commands;

/**
 * How often the JVM was started again since the device was started, as the stub tells it.
 *
 * @param count 0 if this is the first
 * @param lastStatus exit status of the one before, above 128 that of a signal; 0 if none was
 */
record Restarts(int count, int lastStatus) {

    private static final int SIGNALS = 128;

    /** Of the properties {@code armature.restarts} and {@code armature.last.status}. */
    static Restarts of(String count, String lastStatus) {
        return new Restarts(number(count), number(lastStatus));
    }

    private static int number(String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0; // started by hand
        }
    }

    String json() {
        return "\"restarts\":" + count + ",\"last_exit_status\":" + lastStatus;
    }

    @Override
    public String toString() {
        if (count == 0) {
            return "none";
        }
        String signal = lastStatus > SIGNALS ? " (signal " + (lastStatus - SIGNALS) + ")" : "";
        return count + ", the JVM before this one ended with status " + lastStatus + signal;
    }
}
