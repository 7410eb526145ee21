package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class BatchSplitterTest {

    private static final int LIMIT = 10_000;
    private static final Optional<QueueKey> QUEUE = Optional.of(Samples.QUEUE);

    private static BatchSplitter.Split split(
            UploadEncryptedRecordRequest batch,
            Optional<QueueKey> queue,
            LongPredicate wanted,
            int limit) {
        return BatchSplitter.split(batch, queue, wanted, limit, limit);
    }

    private static List<Long> idsOf(List<Part> parts) {
        List<Long> ids = new ArrayList<>();
        for (Part part : parts) {
            for (EncryptedRecord record : part.request().getEncryptedRecordList()) {
                ids.add(record.getSequenceInformation().getSequencingId());
            }
        }
        return ids;
    }

    @Test
    void partsKeepOrderAndStayBelowTheLimit() {
        var split = split(Samples.batch(0, 99, 900), QUEUE, id -> true, LIMIT);
        assertThat(split.parts()).hasSizeBetween(10, 12);
        assertThat(idsOf(split.parts())).hasSize(100).isSorted().doesNotHaveDuplicates();
        for (Part part : split.parts()) {
            assertThat(part.request().getSerializedSize())
                    .isEqualTo(part.bytes())
                    .isLessThanOrEqualTo(LIMIT);
            assertThat(part.request().getRemainingStorageCapacity()).isEqualTo(1000);
            assertThat(part.ids()).hasSize(1);
        }
    }

    @Test
    void withheldIdsAreLeftOutAndSplitTheRuns() {
        var split = split(Samples.batch(0, 9, 10), QUEUE, id -> id % 4 != 1, LIMIT);
        assertThat(idsOf(split.parts())).containsExactly(0L, 2L, 3L, 4L, 6L, 7L, 8L);
        assertThat(split.parts().get(0).ids())
                .containsExactly(new IdRun(0, 0), new IdRun(2, 4), new IdRun(6, 8));
        assertThat(split(Samples.batch(0, 9, 10), QUEUE, id -> false, LIMIT).parts()).isEmpty();
    }

    @Test
    void oversizedRecordIsNamedAndTheOthersGo() {
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 1, 10).toBuilder()
                        .addEncryptedRecord(Samples.record(2, LIMIT))
                        .addEncryptedRecord(Samples.record(3, 10))
                        .build();
        var split = split(batch, QUEUE, id -> true, LIMIT);
        assertThat(idsOf(split.parts())).containsExactly(0L, 1L, 3L);
        assertThat(split.oversized())
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.id()).isEqualTo(2);
                            assertThat(one.bytes()).isGreaterThan(LIMIT);
                        });
    }

    @Test
    void recordLargerThanPacketsShouldBeGoesAlone() {
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 1, 10).toBuilder()
                        .addEncryptedRecord(Samples.record(2, LIMIT))
                        .addEncryptedRecord(Samples.record(3, 10))
                        .build();
        var split = BatchSplitter.split(batch, QUEUE, id -> true, LIMIT, 2 * LIMIT);
        assertThat(split.oversized()).isEmpty();
        assertThat(split.parts().stream().map(Part::lone)).containsExactly(false, true, false);
        assertThat(split.parts().get(1).onlyId()).contains(2L);
        assertThat(idsOf(split.parts())).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void localCopyIsStripped() {
        EncryptedRecord record =
                Samples.record(0, 10).toBuilder()
                        .setRecordCopy(
                                Record.newBuilder().setData(ByteString.copyFromUtf8("secret")))
                        .build();
        UploadEncryptedRecordRequest batch =
                UploadEncryptedRecordRequest.newBuilder().addEncryptedRecord(record).build();
        var split = split(batch, QUEUE, id -> true, LIMIT);
        EncryptedRecord sent = split.parts().get(0).request().getEncryptedRecord(0);
        assertThat(sent.hasRecordCopy()).isFalse();
        assertThat(sent).isEqualTo(Samples.record(0, 10));
    }

    @Test
    void keyRequestWithoutRecordsIsOnePart() {
        UploadEncryptedRecordRequest batch =
                UploadEncryptedRecordRequest.newBuilder().setNeedEncryptionKeys(true).build();
        var split = split(batch, Optional.empty(), id -> true, LIMIT);
        assertThat(split.parts()).hasSize(1);
        assertThat(split.parts().get(0).request().getNeedEncryptionKeys()).isTrue();
    }

    @Test
    void keysAreAskedForOnceAndHealthThatFitsNowhereIsLeftOut() {
        ERPHealthData health =
                ERPHealthData.newBuilder()
                        .addAllHistory(
                                java.util.Collections.nCopies(
                                        LIMIT,
                                        HealthDataHistory.newBuilder()
                                                .setTimestampSeconds(1)
                                                .build()))
                        .build();
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 30, 900).toBuilder()
                        .setNeedEncryptionKeys(true)
                        .setHealthData(health)
                        .build();
        var split = split(batch, QUEUE, id -> true, LIMIT);
        assertThat(split.parts()).hasSizeGreaterThan(2);
        assertThat(split.parts())
                .allSatisfy(part -> assertThat(part.bytes()).isLessThanOrEqualTo(LIMIT));
        assertThat(split.parts().stream().filter(p -> p.request().getNeedEncryptionKeys()))
                .hasSize(1);
        assertThat(idsOf(split.parts())).hasSize(31);
    }
}
