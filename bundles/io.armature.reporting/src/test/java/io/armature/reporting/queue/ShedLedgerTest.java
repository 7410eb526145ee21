package io.armature.reporting.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.queue.ShedLedger.Entry;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShedLedgerTest {

    private static final QueueName ONE = new QueueName(QueueKind.SLOW_BATCH, "");
    private static final QueueName TWO =
            new QueueName(QueueKind.MANUAL_BATCH, "01234567-89ab-4cde-8f01-23456789abcd");
    private static final Entry SHED = new Entry(42, 5, 17, 12, 16, Optional.empty());

    @TempDir Path root;
    private final AtomicReference<InterceptedStorage.Interceptor> interceptor =
            new AtomicReference<>((point, path) -> {});
    private Storage storage;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        storage =
                new InterceptedStorage(
                        FileStorage.open(root),
                        (point, path) -> interceptor.get().before(point, path));
        file = root.resolve(ShedLedger.NAME);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private ShedLedger ledger() {
        return new ShedLedger(storage, new LostAndFound(storage, 1 << 20)::take);
    }

    private static byte[] golden() throws IOException {
        try (InputStream in = ShedLedgerTest.class.getResourceAsStream("/shed-v1.bin")) {
            return in.readAllBytes();
        }
    }

    private static byte[] digest() {
        byte[] digest = new byte[32];
        for (int i = 0; i < digest.length; i++) {
            digest[i] = (byte) i;
        }
        return digest;
    }

    private static Entry two() {
        return new Entry(4711, 0, 9, 9, 8, Optional.of(digest()));
    }

    private static void assertSame(Optional<Entry> found, Entry expected) {
        assertThat(found).isPresent();
        assertThat(found.get()).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void itsBytesAreThoseOfThePage() throws IOException {
        ShedLedger ledger = ledger();
        ledger.prepare();
        ledger.note(ONE, SHED);
        ledger.note(TWO, two());
        assertThat(Arrays.mismatch(Files.readAllBytes(file), golden())).isEqualTo(-1);
    }

    @Test
    void whatAnotherProgramWroteIsRead() throws IOException {
        Files.write(file, golden());
        ShedLedger ledger = ledger();
        assertSame(ledger.of(ONE, 42), SHED);
        assertSame(ledger.of(TWO), two());
        assertThat(ledger.of(ONE, 43)).isEmpty();
    }

    /** A torn write of one half leaves the state before, in the other one. */
    @Test
    void damageInOneHalfShowsTheOther() throws IOException {
        byte[] good = golden();
        int half = ShedLedger.HALF_BYTES;
        for (int at = 0; at < 32 + 2 * 96; at++) {
            byte[] bad = good.clone();
            bad[half + at] ^= 0x10;
            Files.write(file, bad);
            ShedLedger ledger = ledger();
            assertSame(ledger.of(ONE), SHED);
            assertThat(ledger.of(TWO)).as("flipped at %d", at).isEmpty();
        }
        for (int length : new int[] {0, 1, half - 1, half, half + 200, 2 * half - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            ledger().prepare();
        }
    }

    @Test
    void aFileWithoutAGoodHalfIsSetAsideAndSaidSo() throws IOException {
        byte[] bad = golden();
        bad[100] ^= 1;
        bad[ShedLedger.HALF_BYTES + 100] ^= 1;
        Files.write(file, bad);
        ShedLedger ledger = ledger();
        assertThat(ledger.fault()).isEmpty();
        assertThat(ledger.of(ONE)).isEmpty();
        assertThat(ledger.fault()).hasValueSatisfying(why -> assertThat(why).contains("damaged"));
        assertThat(file).as("only looked at").hasBinaryContent(bad);
        ledger.prepare();
        assertThat(root.resolve("lost+found/shed")).hasBinaryContent(bad);
        ledger.note(ONE, SHED);
        ledger.note(TWO, two());
        assertThat(file).hasBinaryContent(golden());
        assertThat(ledger().fault()).isEmpty();
    }

    @Test
    void aFileThatCannotBeSetAsideIsNotWrittenOver() throws IOException {
        byte[] bad = new byte[2 * ShedLedger.HALF_BYTES];
        Files.write(file, bad);
        ShedLedger ledger = ledger();
        interceptor.set(failing(Point.RENAME));
        ledger.prepare();
        assertThat(file).hasBinaryContent(bad);
        interceptor.set(failing(Point.RENAME));
        assertThatThrownBy(() -> ledger.note(ONE, SHED)).hasMessage("Input/output error");
        assertThat(file).hasBinaryContent(bad);
        ledger.note(ONE, SHED);
        assertSame(ledger().of(ONE), SHED);
    }

    /** Also where the half of that version's last turn is beside one that this version wrote. */
    @Test
    void aNewerVersionsFileIsNotWrittenOver() throws IOException {
        for (int newer = 1; newer <= 3; newer++) {
            byte[] later = golden();
            for (int half = 0; half < 2; half++) {
                if ((newer & 1 << half) != 0) {
                    toVersion2(later, half * ShedLedger.HALF_BYTES);
                }
            }
            Files.write(file, later);
            ShedLedger ledger = ledger();
            ledger.prepare();
            assertThatThrownBy(() -> ledger.note(ONE, SHED)).hasMessageContaining("newer");
            assertThat(ledger.fault()).hasValueSatisfying(why -> assertThat(why).contains("newer"));
            assertThat(file).hasBinaryContent(later);
        }
        assertThat(root.resolve("lost+found")).doesNotExist();
    }

    private static void toVersion2(byte[] file, int at) {
        ByteBuffer half =
                ByteBuffer.wrap(file, at, ShedLedger.HALF_BYTES)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN);
        CRC32C crc = new CRC32C();
        half.putInt(8, 2);
        crc.update(half.slice(8, 24 + 96 * half.getInt(12)));
        half.putInt(4, (int) crc.getValue());
    }

    @Test
    void everyNoteIsForcedAndTakesNoMoreSpace() throws IOException {
        ShedLedger ledger = ledger();
        ledger.prepare();
        StringBuilder steps = new StringBuilder();
        interceptor.set((point, path) -> steps.append(point).append(' '));
        ledger.note(ONE, SHED);
        assertThat(steps).hasToString("OPEN WRITE FORCE ");
        ledger.prepare();
        assertThat(steps).hasToString("OPEN WRITE FORCE ");
        assertThat(file).hasSize(2L * ShedLedger.HALF_BYTES);
    }

    @Test
    void aNoteThatFailedIsNotBelievedLater() throws IOException {
        ShedLedger ledger = ledger();
        ledger.prepare();
        ledger.note(ONE, SHED);
        interceptor.set(failing(Point.FORCE));
        assertThatThrownBy(() -> ledger.note(TWO, two())).hasMessage("Input/output error");
        interceptor.set((point, path) -> {});
        assertThat(ledger.of(TWO)).isEmpty();
        assertThat(ledger().of(TWO)).isEmpty();
        assertSame(ledger().of(ONE), SHED);
        ledger.note(TWO, two());
        assertSame(ledger().of(TWO), two());
        assertSame(ledger().of(ONE), SHED);
    }

    @Test
    void whatCannotBeReadIsNotWrittenOver() throws IOException {
        Files.write(file, golden());
        ShedLedger ledger = ledger();
        interceptor.set(
                (point, path) -> {
                    throw new IOException("Input/output error");
                });
        assertThat(ledger.of(ONE)).isEmpty();
        interceptor.set(failing(Point.OPEN));
        ledger.prepare();
        assertThat(file).hasBinaryContent(golden());
        ledger.note(ONE, new Entry(42, 5, 20, 15, 19, Optional.empty()));
        assertSame(ledger().of(TWO), two());
    }

    private static InterceptedStorage.Interceptor failing(Point failing) {
        boolean[] once = {true};
        return (point, path) -> {
            if (point == failing && once[0]) {
                once[0] = false;
                throw new IOException("Input/output error");
            }
        };
    }

    @Test
    void oneQueueTooManyIsRefused() throws IOException {
        ShedLedger ledger = ledger();
        ledger.prepare();
        for (int i = 0; i < ShedLedger.MOST; i++) {
            ledger.note(named(i), SHED);
        }
        QueueName tooMany = named(ShedLedger.MOST);
        assertThatThrownBy(() -> ledger.note(tooMany, SHED)).hasMessageContaining("341 queues");
        ledger.forget(named(0));
        StringBuilder steps = new StringBuilder();
        interceptor.set((point, path) -> steps.append(point).append(' '));
        ledger.note(tooMany, SHED);
        // Else a power cut could bring the queue back without what was shed of it.
        assertThat(steps).hasToString("FORCE_DIRECTORY OPEN WRITE FORCE ");
        ledger.keep(List.of(tooMany.directory()));
        ShedLedger read = ledger();
        assertSame(read.of(tooMany), SHED);
        assertThat(read.of(named(0))).isEmpty();
        ledger.note(tooMany, SHED);
        assertThat(ledger().of(named(1))).isEmpty();
    }

    private static QueueName named(int number) {
        return new QueueName(QueueKind.FAST_BATCH, new UUID(1, number).toString());
    }
}
