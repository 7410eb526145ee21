package io.armature.reporting;

import io.armature.reporting.upload.UploadSettings;
import java.time.Duration;

/**
 * Limits of the spool, checked.
 *
 * @param diskPoolBytes all segment files together
 * @param memoryPoolBytes records on their way to disk and batches on their way out
 * @param waitingBytes records that wait for memory or a key; more are refused
 * @param segmentBytes length of a full-grown segment
 * @param firstSegmentBytes length of a queue's first segment
 * @param lostAndFoundBytes all files in {@code lost+found} together
 * @param jobs read passes, confirmations and openings at a time
 * @param keyWait how long a record waits for a key
 * @param rateInterval over which it is counted how fast records come; counts from the next start
 * @param idleAfter when a queue without writes takes none any more
 */
public record SpoolSettings(
        long diskPoolBytes,
        long memoryPoolBytes,
        long waitingBytes,
        int segmentBytes,
        int firstSegmentBytes,
        long lostAndFoundBytes,
        int jobs,
        Duration keyWait,
        Duration rateInterval,
        Duration idleAfter,
        SpoolFlags flags,
        UploadSettings uploads) {

    public SpoolSettings {
        if (firstSegmentBytes > segmentBytes) {
            throw new IllegalArgumentException(
                    "first segment must be at most "
                            + segmentBytes
                            + " bytes, was "
                            + firstSegmentBytes);
        }
    }

    /** The specification's values. */
    public static SpoolSettings standard() {
        return new SpoolSettings(
                64L << 20,
                4L << 20,
                8L << 20,
                2 << 20,
                256 << 10,
                16L << 20,
                5,
                Duration.ofSeconds(60),
                Duration.ofMinutes(3),
                Duration.ofDays(5),
                SpoolFlags.standard(),
                new UploadSettings(
                        10L << 20,
                        1000,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        Duration.ofHours(8),
                        Duration.ofDays(3)));
    }

    /** As these, with other switches. */
    public SpoolSettings with(SpoolFlags others) {
        return new SpoolSettings(
                diskPoolBytes,
                memoryPoolBytes,
                waitingBytes,
                segmentBytes,
                firstSegmentBytes,
                lostAndFoundBytes,
                jobs,
                keyWait,
                rateInterval,
                idleAfter,
                others,
                uploads);
    }
}
