package io.armature.backend.reporting.configuration;

/** Versions of images as the numbers that configurations carry. */
public final class Releases {

    private static final int PARTS = 3;
    private static final int PART_LIMIT = 1_000;
    private static final int MAJOR_LIMIT = 2_147;

    private Releases() {}

    /**
     * {@code MAJOR.MINOR.MICRO} as {@code MAJOR * 1,000,000 + MINOR * 1,000 + MICRO}.
     *
     * @param text three numbers, the first below 2,147, the others below 1,000
     * @throws IllegalArgumentException if it is not that
     */
    public static int number(String text) {
        String[] parts = text.split("\\.", -1);
        int number = 0;
        for (int i = 0; i < parts.length; i++) {
            int limit = i == 0 ? MAJOR_LIMIT : PART_LIMIT;
            if (!parts[i].matches("[0-9]{1,4}") || Integer.parseInt(parts[i]) >= limit) {
                throw new IllegalArgumentException(text);
            }
            number = number * PART_LIMIT + Integer.parseInt(parts[i]);
        }
        if (parts.length != PARTS) {
            throw new IllegalArgumentException(text);
        }
        return number;
    }

    /** The version of a number that {@link #number} gives. */
    public static String text(int number) {
        return number / PART_LIMIT / PART_LIMIT
                + "."
                + number / PART_LIMIT % PART_LIMIT
                + "."
                + number % PART_LIMIT;
    }
}
