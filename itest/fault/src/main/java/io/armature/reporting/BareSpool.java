package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.seal.RecordSealing;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.Storage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The spool as its component builds it, without a framework: real sealing, small segments so that
 * they fill and roll within a test, two priorities with one queue for ever.
 */
public final class BareSpool implements AutoCloseable {

    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int FIRST_SEGMENT_BYTES = 64 << 10;

    /** So little that it is full at once. */
    private static final int LOST_AND_FOUND_BYTES = 100;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Spool spool;

    private BareSpool(Spool spool) {
        this.spool = spool;
    }

    /**
     * Starts opening; calls wait for its end.
     *
     * @param keys directory with provisioned keys
     * @param diskPoolBytes limit of all segments together
     */
    public static BareSpool start(
            Storage storage, Path keys, DeviceClock clock, Uploader uploader, long diskPoolBytes) {
        SecureRandom random = new SecureRandom();
        SpoolSettings standard = SpoolSettings.standard();
        SpoolSettings settings =
                new SpoolSettings(
                        diskPoolBytes,
                        standard.memoryPoolBytes(),
                        standard.waitingBytes(),
                        SEGMENT_BYTES,
                        FIRST_SEGMENT_BYTES,
                        LOST_AND_FOUND_BYTES,
                        standard.jobs(),
                        standard.keyWait(),
                        standard.rateInterval(),
                        standard.idleAfter(),
                        new SpoolFlags(
                                Set.of(QueueKind.SECURITY, QueueKind.SLOW_BATCH), false, true),
                        standard.uploads());
        Spool spool =
                new Spool(
                        () -> storage,
                        files ->
                                new RecordSealing(
                                        files,
                                        keys,
                                        clock,
                                        random::nextBytes,
                                        new SealSettings(true, true, 64)),
                        clock,
                        random::nextBytes,
                        settings,
                        () -> {});
        spool.uploader(uploader);
        spool.start();
        return new BareSpool(spool);
    }

    public Reporting reporting() {
        return spool;
    }

    /** The queues as they are now, without waiting. */
    public List<QueueState> levels() {
        return spool.levels();
    }

    public List<Fault> faults() {
        return spool.faults();
    }

    @Override
    public void close() {
        spool.close(CLOSE_LIMIT);
    }
}
