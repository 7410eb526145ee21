package io.armature.backend.reporting.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.StoredIds;
import io.armature.backend.api.storage.StoredIds.Kind;
import io.armature.reporting.proto.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueueAuditTest {

    private static final QueueName QUEUE = new QueueName("d", Priority.IMMEDIATE, "", 1);

    private static ByteString digest(long id) {
        byte[] digest = new byte[32];
        digest[0] = (byte) (id + 1);
        digest[1] = (byte) ((id + 1) >> 8);
        return ByteString.copyFrom(digest);
    }

    private static StoredIds record(long id) {
        return record(id, id == 0 ? ByteString.EMPTY : digest(id - 1));
    }

    private static StoredIds record(long id, ByteString previous) {
        return new StoredIds(Kind.RECORD, QUEUE, id, 1, digest(id), previous);
    }

    private static StoredIds other(Kind kind, long id, long count) {
        return new StoredIds(kind, QUEUE, id, count, ByteString.EMPTY, ByteString.EMPTY);
    }

    private static Account account(List<StoredIds> entries) {
        QueueAudit audit = new QueueAudit();
        entries.forEach(audit::add);
        return audit.account(Optional.empty());
    }

    @Test
    void sumsAreExactInWhateverOrderEntriesCome() {
        List<StoredIds> entries = new ArrayList<>();
        for (long id = 0; id < 300; id++) {
            if (id % 50 == 20) {
                entries.add(other(Kind.GAP, id, 1));
            } else if (id % 50 == 30) {
                entries.add(other(Kind.REFUSED, id, 1));
            } else if (id == 140) {
                entries.add(other(Kind.GIVEN_UP, id, 10));
            } else if (!(id > 140 && id < 150) && id % 50 != 45) {
                entries.add(id == 77 ? record(id, digest(5)) : record(id));
            }
        }
        entries.add(record(200));
        Account expected = new Account(300, 273, 6, 0, 6, 0, 10, 5, 1, 254, 1, 18);
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            Account account = account(entries);
            assertThat(account).isEqualTo(expected);
            assertThat(account.ids())
                    .isEqualTo(
                            account.confirmed()
                                    + account.refused()
                                    + account.gaps()
                                    + account.unknown());
            assertThat(account.whole()).isFalse();
            Collections.shuffle(entries, random);
        }
    }

    @Test
    void gapsAndRefusedRecordsAreAccountedFor() {
        Account account =
                account(
                        List.of(
                                record(0),
                                other(Kind.GAP, 1, 1),
                                record(2),
                                other(Kind.REFUSED, 3, 1)));
        assertThat(account.whole()).isTrue();
        assertThat(account.unlinked()).isEqualTo(1);
    }

    @Test
    void firstRecordHasNoPredecessor() {
        assertThat(account(List.of(record(0, digest(9)))).chainBreaks()).isEqualTo(1);
        assertThat(account(List.of(record(0))).linked()).isEqualTo(1);
    }

    @Test
    void rangeThatCoversWhatIsThereCountsItTwiceAndTheRestOnce() {
        Account account = account(List.of(record(2), other(Kind.GIVEN_UP, 0, 5), record(4)));
        assertThat(account).isEqualTo(new Account(5, 1, 0, 0, 0, 0, 4, 0, 2, 0, 0, 1));
    }

    @Test
    void whatTheDeviceStillKeepsIsInFlightAndWhatItShedIsNoLoss() {
        QueueAudit audit = new QueueAudit();
        List.of(record(0), other(Kind.GAP, 1, 1), other(Kind.GAP, 2, 1), record(5))
                .forEach(audit::add);
        // 3 was confirmed as the device thinks, but is not there; 4 and 6 to 9 are on their way.
        Account account = audit.account(Optional.of(new Statement.Queue(10, 1, 4)));
        assertThat(account).isEqualTo(new Account(10, 2, 0, 1, 1, 5, 0, 1, 0, 1, 0, 1));
        assertThat(account.unknown()).isEqualTo(1);
    }

    @Test
    void statementMayBeOlderThanWhatIsStored() {
        QueueAudit audit = new QueueAudit();
        List.of(record(0), record(1), record(2)).forEach(audit::add);
        Account account = audit.account(Optional.of(new Statement.Queue(2, 0, 1)));
        assertThat(account).isEqualTo(new Account(3, 3, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0));
        assertThat(new QueueAudit().account(Optional.of(new Statement.Queue(7, 2, 7))).unknown())
                .isEqualTo(7);
    }
}
