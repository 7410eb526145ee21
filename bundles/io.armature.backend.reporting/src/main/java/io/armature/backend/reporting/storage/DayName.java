package io.armature.backend.reporting.storage;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Names the file of a device's day, in the order in which files are read.
 *
 * @param date UTC, {@code yyyy-mm-dd}
 */
record DayName(String device, String date) implements Comparable<DayName> {

    static final String SUFFIX = ".jsonl";

    private static final Pattern FILE =
            Pattern.compile("[+-]?\\d{4,10}-\\d{2}-\\d{2}" + Pattern.quote(SUFFIX));
    private static final Comparator<DayName> ORDER =
            Comparator.comparing(DayName::device).thenComparing(DayName::date);

    static boolean isDay(String fileName) {
        return FILE.matcher(fileName).matches();
    }

    static DayName of(String device, String fileName) {
        return new DayName(device, fileName.substring(0, fileName.length() - SUFFIX.length()));
    }

    Path in(Path root) {
        return root.resolve(device).resolve(date + SUFFIX);
    }

    @Override
    public int compareTo(DayName other) {
        return ORDER.compare(this, other);
    }
}
