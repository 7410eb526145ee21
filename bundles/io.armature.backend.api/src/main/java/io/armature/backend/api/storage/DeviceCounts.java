package io.armature.backend.api.storage;

/**
 * What a device has sent.
 *
 * @param records stored records
 * @param duplicates records that came again and were not stored
 * @param gaps ids that will never come
 * @param refused records that could not be opened, stored as they came
 * @param chainBreaks records whose predecessor's digest is not the one they name
 * @param conflicts records that came again with other content, of the duplicates; a storage that
 *     does not compare them has none
 */
public record DeviceCounts(
        long records, long duplicates, long gaps, long refused, long chainBreaks, long conflicts) {

    public static final DeviceCounts NONE = new DeviceCounts(0, 0, 0, 0, 0);

    /** Counts without conflicts. */
    public DeviceCounts(long records, long duplicates, long gaps, long refused, long chainBreaks) {
        this(records, duplicates, gaps, refused, chainBreaks, 0);
    }

    public DeviceCounts plus(DeviceCounts other) {
        return new DeviceCounts(
                records + other.records,
                duplicates + other.duplicates,
                gaps + other.gaps,
                refused + other.refused,
                chainBreaks + other.chainBreaks,
                conflicts + other.conflicts);
    }
}
