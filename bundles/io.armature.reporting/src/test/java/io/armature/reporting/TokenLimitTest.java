package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.storage.model.InterceptedStorage.Interceptor;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tokens cost is bounded, whatever a client makes up. */
class TokenLimitTest {

    private static final Priority PRIORITY = Priority.MANUAL_BATCH;

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(new GivenSettings(Map.of("first_segment_bytes", 16384)).spool())
                        .start();
        SpoolFixture.await(spool.spool().queues());
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private CompletionStage<Enqueued> enqueue(
            Priority priority, String token, UnaryOperator<Record.Builder> change) {
        EnqueueRecordRequest request = SpoolFixture.request(priority, "x");
        return spool.spool()
                .enqueue(
                        request.toBuilder()
                                .setRecord(
                                        change.apply(
                                                request.getRecord().toBuilder().setDmToken(token)))
                                .build());
    }

    private CompletionStage<Enqueued> enqueue(Priority priority, String token) {
        return enqueue(priority, token, record -> record);
    }

    private int queues() throws Exception {
        return SpoolFixture.await(spool.spool().queues()).size();
    }

    @Test
    void aTokenHasAtMostFourKibibytesOfUtf8() throws Exception {
        String refused = "INVALID_ARGUMENT:Token must have at most 4096 bytes";
        assertThat(SpoolFixture.failure(enqueue(PRIORITY, "t".repeat(4097)))).hasToString(refused);
        assertThat(SpoolFixture.failure(enqueue(PRIORITY, "é".repeat(2049)))).hasToString(refused);
        assertThat(SpoolFixture.failure(enqueue(PRIORITY, "€".repeat(1366)))).hasToString(refused);
        assertThat(queues()).isZero();
        for (String token : List.of("t".repeat(4096), "é".repeat(2048), "€".repeat(1365))) {
            assertThat(SpoolFixture.await(enqueue(PRIORITY, token)).sequencingId()).isZero();
        }
    }

    @Test
    void recordsThatAreRefusedMakeNoQueue() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(
                            SpoolFixture.failure(
                                    enqueue(PRIORITY, "a" + i, Record.Builder::clearDestination)))
                    .hasToString("FAILED_PRECONDITION:Malformed record: missing destination");
            assertThat(
                            SpoolFixture.failure(
                                            enqueue(
                                                    PRIORITY,
                                                    "b" + i,
                                                    record -> record.setReservedSpace(1L << 40)))
                                    .getMessage())
                    .startsWith("The space that the record wants");
        }
        assertThat(queues()).isZero();
    }

    @Test
    void tokensOfOnePriorityAreBoundedUntilTheServerHasTheRecordsOfOne() throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < Writers.MOST; i++) {
            stored.add(SpoolFixture.await(enqueue(PRIORITY, "token " + i)));
        }
        assertThat(SpoolFixture.failure(enqueue(PRIORITY, "one more")))
                .hasToString(
                        "RESOURCE_EXHAUSTED:No more than 64 tokens of one priority are served at a"
                                + " time: the server must confirm the records of one of them");
        assertThat(queues()).isEqualTo(Writers.MOST);
        assertThat(SpoolFixture.await(enqueue(PRIORITY, "token 7")).sequencingId())
                .as("tokens that have a queue go on")
                .isEqualTo(1);
        SpoolFixture.await(enqueue(Priority.SECURITY, "one more"));

        spool.confirm(stored.get(9));
        assertThat(SpoolFixture.await(enqueue(PRIORITY, "one more")).sequencingId()).isZero();
        assertThat(SpoolFixture.failure(enqueue(PRIORITY, "token 9")))
                .hasMessageStartingWith("No more than 64 tokens");
        spool.confirm(stored.get(10));
        Enqueued again = SpoolFixture.await(enqueue(PRIORITY, "token 9"));
        assertThat(again.generationGuid()).isNotEqualTo(stored.get(9).generationGuid());
        spool.stop();
        assertThat(root.resolve("Manual." + stored.get(9).generationGuid())).doesNotExist();
        assertThat(root.resolve("Manual." + stored.get(11).generationGuid())).exists();
    }

    /** Nothing of it is there to be uploaded, but it must not go. */
    @Test
    void aQueueWhoseFirstRecordIsUnderWayKeepsItsPlace() throws Exception {
        AtomicReference<Interceptor> disk = new AtomicReference<>((point, path) -> {});
        spool.stop().intercepted(disk).start();
        for (int i = 1; i < Writers.MOST; i++) {
            SpoolFixture.await(enqueue(PRIORITY, "token " + i));
        }
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        disk.set(
                (point, path) -> {
                    if (point == Point.FORCE && goOn.getCount() > 0) {
                        hangs.countDown();
                        reached(goOn);
                    }
                });
        CompletionStage<Enqueued> slow = enqueue(PRIORITY, "slow");
        reached(hangs);
        CompletionStage<Enqueued> tooMany = enqueue(PRIORITY, "one more");
        goOn.countDown();
        assertThat(SpoolFixture.failure(tooMany)).hasMessageStartingWith("No more than 64 tokens");
        SpoolFixture.await(slow);
        assertThat(spool.left(PRIORITY)).hasSize(Writers.MOST).doesNotContainNull();
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).as("reached within 60 s").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
