package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Interceptor;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.PlainSealing;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken of the pools is given back, whatever has failed: both read zero after the end. */
class PoolsTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final Priority MULTI = Priority.MANUAL_BATCH;
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int RECORD_BYTES = 30_000;

    @TempDir Path root;
    private final AtomicReference<Interceptor> disk = new AtomicReference<>((point, path) -> {});
    private SpoolFixture spool;

    @BeforeEach
    void prepare() {
        spool = new SpoolFixture(root).settings(small(64L << 20)).intercepted(disk);
    }

    private static SpoolSettings small(long diskBytes) {
        return SpoolFixture.small(SEGMENT_BYTES, diskBytes);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private void assertZeroAtTheEnd() {
        Spool closing = spool.spool();
        assertThat(closing.diskBytes()).isPositive();
        spool.stop();
        assertThat(closing.diskBytes()).as("disk").isZero();
        assertThat(closing.memoryBytes()).as("memory").isZero();
    }

    private static String record(int number) {
        return number + "-" + "x".repeat(RECORD_BYTES);
    }

    @Test
    void afterWritesUploadsAndConfirmationsOfSeveralRuns() throws Exception {
        spool.start();
        Enqueued first = spool.store(SINGLE, record(0));
        for (int i = 1; i < 8; i++) {
            spool.store(SINGLE, record(i));
            spool.store(MULTI, record(i));
        }
        spool.offered(SINGLE);
        spool.confirm(new Enqueued(SINGLE, first.generationGuid(), first.generationId(), 4));
        assertZeroAtTheEnd();
        spool.restart().store(MULTI, record(8));
        assertZeroAtTheEnd();
    }

    @Test
    void afterRecordsThatCannotBeSealed() throws Exception {
        AtomicInteger sealed = new AtomicInteger();
        spool.sealing(
                        new PlainSealing() {
                            @Override
                            public boolean keyPresent() {
                                return true;
                            }

                            @Override
                            public EncryptedRecord seal(byte[] record) throws ReportingException {
                                if (sealed.incrementAndGet() % 2 == 0) {
                                    throw new ReportingException(StatusCode.INTERNAL, "bad seal");
                                }
                                return super.seal(record);
                            }
                        })
                .start();
        SpoolFixture.await(spool.spool().queues());
        for (int i = 0; i < 4; i++) {
            spool.store(SINGLE, record(i));
            assertThat(SpoolFixture.failure(spool.enqueue(SINGLE, record(i))).code())
                    .isEqualTo(StatusCode.INTERNAL);
        }
        assertZeroAtTheEnd();
    }

    @Test
    void afterAQueueWentOffline() throws Exception {
        spool.start().store(SINGLE, record(0));
        disk.set(
                (point, path) -> {
                    if (point == Point.FORCE && path.contains("P_")) {
                        throw new IOException("Input/output error");
                    }
                });
        assertThat(SpoolFixture.failure(spool.enqueue(SINGLE, record(1))).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(SpoolFixture.failure(spool.enqueue(SINGLE, record(2))).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        disk.set((point, path) -> {});
        assertZeroAtTheEnd();
    }

    @Test
    void afterReadsThatFail() throws Exception {
        AtomicReference<Boolean> bad = new AtomicReference<>(false);
        spool.storage(real -> new Unreadable(real, bad)).start();
        for (int i = 0; i < 4; i++) {
            spool.store(SINGLE, record(i));
        }
        bad.set(true);
        spool.connect();
        assertThat(SpoolFixture.failure(spool.spool().flush(SINGLE)).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        assertZeroAtTheEnd();
    }

    /** Gives no segment to readers while it is bad. */
    private static final class Unreadable extends ForwardingStorage {
        private final AtomicReference<Boolean> bad;

        Unreadable(Storage real, AtomicReference<Boolean> bad) {
            super(real);
            this.bad = bad;
        }

        @Override
        public StorageFile open(String path, Access access) throws IOException {
            if (bad.get() && access == Access.READ && path.contains("P_")) {
                throw new IOException("Input/output error");
            }
            return super.open(path, access);
        }
    }

    @Test
    void afterSegmentsThatWereShedAndCannotBeDeleted() throws Exception {
        spool.settings(small(5L * SEGMENT_BYTES)).start();
        disk.set(
                (point, path) -> {
                    if (point == Point.UNLINK && path.contains("P_")) {
                        throw new IOException("Input/output error");
                    }
                });
        for (int i = 0; i < 16; i++) {
            spool.enqueue(SINGLE, record(i));
        }
        SpoolFixture.failure(spool.enqueue(SINGLE, record(16)));
        disk.set((point, path) -> {});
        assertZeroAtTheEnd();
    }
}
