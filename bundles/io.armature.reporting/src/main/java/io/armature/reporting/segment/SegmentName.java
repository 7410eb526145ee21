package io.armature.reporting.segment;

import java.util.Optional;

/**
 * The name of a segment: {@code <prefix>.<generation id>.<first id>}, both numbers decimal without
 * leading zeros.
 */
public record SegmentName(String prefix, long generationId, long firstId) {

    public SegmentName {
        if (generationId < 1 || firstId < 0) {
            throw new IllegalArgumentException(
                    "generation must be >= 1 and first id >= 0, were "
                            + generationId
                            + " and "
                            + firstId);
        }
    }

    /** The name in the file system. */
    public String text() {
        return prefix + "." + generationId + "." + firstId;
    }

    /** Empty for a name that {@link #text} never gives for this prefix. */
    public static Optional<SegmentName> parse(String prefix, String text) {
        if (!text.startsWith(prefix + ".")) {
            return Optional.empty();
        }
        String[] numbers = text.substring(prefix.length() + 1).split("\\.", -1);
        if (numbers.length != 2) {
            return Optional.empty();
        }
        try {
            SegmentName name =
                    new SegmentName(prefix, Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
            return name.text().equals(text) ? Optional.of(name) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
