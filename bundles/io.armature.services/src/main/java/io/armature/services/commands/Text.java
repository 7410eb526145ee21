package io.armature.services.commands;

/** Text of others on a terminal. */
final class Text {

    private Text() {}

    /** Everything that is not printable ASCII as an escape: a caller may choose a name. */
    static String printable(String any) {
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
