package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.segment.FrameFormat;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statement 19: a segment is full at 2 MiB. */
class RollOverTest {

    private static final int TWO_MEBIBYTES = 2 << 20;

    /** Everything between this and 2 MiB has lengths of as many bytes. */
    private static final int LEAST_DATA = 500_000;

    @TempDir Path root;
    private SpoolFixture spool;

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void theStandardSegmentHoldsTwoMebibytesAndTheFirstOnesLess() throws Exception {
        spool = new SpoolFixture(root).start();
        Enqueued stored = null;
        for (int i = 0; i < 20; i++) {
            stored = spool.store(Priority.MANUAL_BATCH, "x".repeat(300_000));
        }
        List<Long> lengths = new ArrayList<>();
        for (Path segment : spool.segments(stored)) {
            lengths.add(Files.size(segment));
        }
        // The first one is as long as the first record needs, each next one twice as long.
        assertThat(lengths).hasSizeGreaterThan(4).isSorted();
        assertThat(lengths.subList(3, lengths.size())).containsOnly((long) TWO_MEBIBYTES);
        assertThat(lengths.subList(1, 3)).containsExactly(512L << 10, 1L << 20);
    }

    @Test
    void aRecordThatFillsTheSegmentToTheLastByteStaysInIt() throws Exception {
        Enqueued last = storeUpTo(0);
        assertThat(spool.segments(last)).hasSize(1);
        assertThat(Files.size(spool.segments(last).get(0))).isEqualTo(TWO_MEBIBYTES);
        assertThat(last.sequencingId()).isEqualTo(2);
        assertThat(spool.left(Priority.SLOW_BATCH)).hasSize(3).doesNotContainNull();
    }

    @Test
    void aRecordOfOneByteMoreOpensTheNext() throws Exception {
        Enqueued last = storeUpTo(1);
        List<Path> segments = spool.segments(last);
        assertThat(segments).hasSize(2);
        assertThat(segments.get(1).getFileName().toString()).endsWith(".2");
        assertThat(spool.left(Priority.SLOW_BATCH)).hasSize(3).doesNotContainNull();
        spool.restart();
        assertThat(spool.store(Priority.SLOW_BATCH, "next").sequencingId()).isEqualTo(3);
        assertThat(spool.segments(last)).isEqualTo(segments);
    }

    /** Stores three records that together want so many bytes more than a segment has. */
    private Enqueued storeUpTo(int tooMany) throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(SpoolFixture.small(TWO_MEBIBYTES, 64L << 20))
                        .start();
        spool.store(Priority.SLOW_BATCH, "x".repeat(900_000));
        spool.store(Priority.SLOW_BATCH, "x".repeat(LEAST_DATA));
        List<EncryptedRecord> two = spool.offered(Priority.SLOW_BATCH);
        int around = frameBytes(two.get(1)) - LEAST_DATA;
        int left =
                TWO_MEBIBYTES
                        - SegmentHeader.BYTES
                        - frameBytes(two.get(0))
                        - frameBytes(two.get(1));
        assertThat(left - around).isGreaterThan(LEAST_DATA);
        return spool.store(Priority.SLOW_BATCH, "x".repeat(left - around + tooMany));
    }

    private static int frameBytes(EncryptedRecord offered) {
        return FrameFormat.HEADER_BYTES
                + offered.toBuilder().clearSequenceInformation().build().getSerializedSize();
    }
}
