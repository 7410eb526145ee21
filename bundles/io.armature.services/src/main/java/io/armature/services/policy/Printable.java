package io.armature.services.policy;

/** Text of others, in findings and on terminals. */
public final class Printable {

    private Printable() {}

    /** Everything that is not printable ASCII as an escape: a caller may choose a name. */
    public static String of(String any) {
        StringBuilder shown = new StringBuilder(any.length());
        for (int i = 0; i < any.length(); i++) {
            char c = any.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return shown.toString();
    }
}
