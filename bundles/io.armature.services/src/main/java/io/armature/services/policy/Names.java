package io.armature.services.policy;

/**
 * What names in a policy file look like. Loops over characters: every name of every file is looked
 * at in each boot, where the patterns that these stand for take as long as the rest of the reading.
 */
final class Names {

    /** As people are told what {@link #isLabel} accepts. */
    static final String LABEL = "[a-z0-9_:]+";

    /** As people are told what {@link #isGuest} accepts. */
    static final String GUEST = "vm:[a-z0-9_]+";

    private Names() {}

    /** Whether it matches {@code [A-Za-z0-9]+}. */
    static boolean isService(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isSmall(c) && !isLarge(c)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Whether it matches {@value #LABEL}. */
    static boolean isLabel(String name) {
        return isContext(name, 0, true);
    }

    /** Whether it matches {@value #GUEST}. */
    static boolean isGuest(String name) {
        return name.startsWith("vm:") && isContext(name, 3, false);
    }

    private static boolean isContext(String name, int from, boolean colons) {
        for (int i = from; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isSmall(c) && c != '_' && (c != ':' || !colons)) {
                return false;
            }
        }
        return name.length() > from;
    }

    /** Whether it matches {@code [A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*}. */
    static boolean isBundle(String name) {
        int start = 0; // of the part between dots
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (i == start) {
                    return false;
                }
                start = i + 1;
            } else if (!isSmall(c) && !isLarge(c) && c != '_' && c != '-') {
                return false;
            }
        }
        return name.length() > start;
    }

    private static boolean isSmall(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static boolean isLarge(char c) {
        return c >= 'A' && c <= 'Z';
    }
}
