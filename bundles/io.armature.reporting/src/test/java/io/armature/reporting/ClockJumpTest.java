package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the wall clock shows decides neither about order nor about what is kept. */
class ClockJumpTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;

    private static final Duration PERIOD = Duration.ofSeconds(40);

    private static final List<Instant> JUMPS =
            List.of(
                    Instant.EPOCH,
                    Instant.parse("2122-01-01T00:00:00Z"),
                    Instant.parse("1969-12-31T23:59:59Z"),
                    Instant.parse("2026-06-01T00:00:00Z"),
                    Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000 - 1),
                    Instant.EPOCH.plusSeconds(1));

    @TempDir Path root;
    private SpoolFixture spool;

    private SpoolFixture start() {
        spool = new SpoolFixture(root).settings(SpoolFixture.small(64 << 10, 64L << 20)).start();
        return spool;
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void recordsKeepTheirOrderAndTheirIdsWhateverTheClockShows() throws Exception {
        start();
        List<String> stored = new ArrayList<>();
        for (Instant time : JUMPS) {
            spool.clock.jumpTo(time);
            for (int i = 0; i < 3; i++) {
                // Large enough that segments are made at each of these times.
                String data = time + " " + i + "x".repeat(15_000);
                Enqueued at = spool.store(SINGLE, data);
                assertThat(at.sequencingId()).isEqualTo(stored.size());
                stored.add(data);
            }
        }
        assertThat(spool.left(SINGLE)).isEqualTo(stored);
    }

    @Test
    void aStartInAnotherCenturyGoesOnWhereTheLastOneEnded() throws Exception {
        start();
        List<String> stored = new ArrayList<>();
        for (Instant time : JUMPS) {
            spool.clock.jumpTo(time);
            spool.restart();
            spool.store(SINGLE, "at " + time);
            stored.add("at " + time);
            assertThat(SpoolFixture.await(spool.spool().queues())).hasSize(1);
        }
        List<EncryptedRecord> offered = spool.offered(SINGLE);
        for (int i = 0; i < offered.size(); i++) {
            assertThat(offered.get(i).getSequenceInformation().getSequencingId()).isEqualTo(i);
        }
        assertThat(spool.left(SINGLE)).isEqualTo(stored);
    }

    @Test
    void jumpsOfTheWallClockNeitherStartNorDelayAnUpload() throws Exception {
        start();
        spool.connect();
        spool.store(SINGLE, "x");
        spool.clock.awaitPending(2); // the key's and the period's
        for (Instant time : JUMPS) {
            spool.clock.jumpTo(time);
            SpoolFixture.await(spool.spool().queues());
            assertThat(spool.uploader.isEmpty()).as("at %s", time).isTrue();
        }
        spool.clock.advance(PERIOD);
        assertThat(SpoolFixture.data(spool.uploader.next().getEncryptedRecord(0))).isEqualTo("x");
    }
}
