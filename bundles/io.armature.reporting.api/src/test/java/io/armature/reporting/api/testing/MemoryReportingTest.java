package io.armature.reporting.api.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingContract;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryReportingTest extends ReportingContract {

    private final MemoryReporting spool = new MemoryReporting().connected(false);

    @Override
    protected Reporting reporting() {
        return spool;
    }

    @Test
    void heldRecordIsAnsweredWhenTheTestSaysSo() {
        spool.holding(true);
        EnqueueRecordRequest request =
                EnqueueRecordRequest.newBuilder()
                        .setPriority(Priority.SECURITY)
                        .setRecord(
                                Record.newBuilder()
                                        .setDestination(Destination.CRASH_EVENTS)
                                        .setData(ByteString.copyFromUtf8("x")))
                        .build();
        CompletableFuture<Enqueued> first = spool.enqueue(request).toCompletableFuture();
        CompletableFuture<Enqueued> second = spool.enqueue(request).toCompletableFuture();
        assertThat(first).isNotDone();
        MemoryReporting.handBack(spool.held().remove());
        spool.store(spool.held().remove());
        assertThat(first).isCompletedExceptionally();
        assertThat(second.join().sequencingId()).isZero();
        assertThat(spool.stored()).containsExactly(request);
    }

    @Test
    void failingSpoolFailsEveryCallAndKeepsWhatItHas() {
        spool.failing(StatusCode.UNAVAILABLE);
        assertThat(spool.flush(Priority.SECURITY).toCompletableFuture()).isCompletedExceptionally();
        assertThat(spool.queues().toCompletableFuture()).isCompletedExceptionally();
        assertThat(spool.enqueue(EnqueueRecordRequest.getDefaultInstance()).toCompletableFuture())
                .isCompletedExceptionally();
        spool.failing(StatusCode.OK);
        assertThat(spool.queues().toCompletableFuture().join()).isEmpty();
    }
}
