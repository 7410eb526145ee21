package io.armature.reporting.mqtt.configuration;

/** Versions as the numbers that configurations compare them by. */
final class Release {

    private static final int PARTS = 3;
    private static final int PART_LIMIT = 1_000;
    private static final int MAJOR_LIMIT = 2_147;

    private Release() {}

    /**
     * {@code MAJOR.MINOR.MICRO} as {@code MAJOR * 1,000,000 + MINOR * 1,000 + MICRO}. Missing parts
     * are 0, what follows the third is left out, larger parts count as 999 (the major one as
     * 2,146), and from the first part on that is no number all are 0.
     */
    static int number(String version) {
        int number = 0;
        int place = 0;
        boolean whole = true;
        for (int part = 0; part < PARTS; part++) {
            int limit = part == 0 ? MAJOR_LIMIT : PART_LIMIT;
            int value = 0;
            int from = place;
            while (whole && place < version.length() && isDigit(version.charAt(place))) {
                value = Math.min(value * 10 + version.charAt(place) - '0', limit - 1);
                place++;
            }
            whole = place > from;
            number = number * PART_LIMIT + value;
            whole = whole && place < version.length() && version.charAt(place) == '.';
            place++;
        }
        return number;
    }

    private static boolean isDigit(char one) {
        return one >= '0' && one <= '9';
    }
}
