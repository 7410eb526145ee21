package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() {
        spool = new SpoolFixture(root).start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void aStoredRecordIsOfferedAndDeletedOnceConfirmed() throws Exception {
        spool.connect();
        Enqueued stored = spool.store(Priority.IMMEDIATE, "hello");

        UploadEncryptedRecordRequest request = spool.uploader.next();
        assertThat(request.getEncryptedRecordCount()).isEqualTo(1);
        assertThat(SpoolFixture.data(request.getEncryptedRecord(0))).isEqualTo("hello");
        assertThat(request.getEncryptedRecord(0).getSequenceInformation().getSequencingId())
                .isEqualTo(0);
        spool.confirm(stored);

        QueueState state = SpoolFixture.await(spool.spool().queues()).get(0);
        assertThat(state.firstUnconfirmedId()).isEqualTo(1);
        assertThat(state.nextId()).isEqualTo(1);
    }

    @Test
    void recordsOutliveARestartAndDrainWithTheirIds() throws Exception {
        Enqueued first = spool.store(Priority.SLOW_BATCH, "a");
        spool.store(Priority.SLOW_BATCH, "b");
        spool.restart().connect();

        UploadEncryptedRecordRequest request = spool.uploader.next();
        assertThat(request.getEncryptedRecordCount()).isEqualTo(2);
        assertThat(request.getEncryptedRecord(1).getSequenceInformation().getGenerationGuid())
                .isEqualTo(first.generationGuid());
        assertThat(SpoolFixture.data(request.getEncryptedRecord(1))).isEqualTo("b");
    }

    @Test
    void oneCallersRecordsKeepTheirOrder() throws Exception {
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            all.add(spool.enqueue(Priority.FAST_BATCH, "record " + i));
            if (i % 1000 == 999) {
                SpoolFixture.await(all.get(i));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(SpoolFixture.await(all.get(i)).sequencingId()).isEqualTo(i);
        }
        spool.connect().clock.advance(Duration.ofSeconds(2));
        long next = 0;
        while (next < all.size()) {
            for (var record : spool.uploader.next().getEncryptedRecordList()) {
                long id = record.getSequenceInformation().getSequencingId();
                if (id == next) {
                    assertThat(SpoolFixture.data(record)).isEqualTo("record " + id);
                    next++;
                }
            }
        }
    }
}
