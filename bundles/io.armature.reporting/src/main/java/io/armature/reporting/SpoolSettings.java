package io.armature.reporting;

import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.upload.UploadSettings;
import java.time.Duration;
import java.util.Set;

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
 * @param singleGeneration priorities with one queue for ever
 * @param blockDestinations whether the list of blocked destinations counts
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
        Set<QueueKind> singleGeneration,
        boolean blockDestinations,
        UploadSettings uploads) {

    public SpoolSettings {
        singleGeneration = Set.copyOf(singleGeneration);
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
                Set.of(),
                false,
                new UploadSettings(
                        10L << 20,
                        1000,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        Duration.ofHours(8),
                        Duration.ofDays(3)));
    }
}
