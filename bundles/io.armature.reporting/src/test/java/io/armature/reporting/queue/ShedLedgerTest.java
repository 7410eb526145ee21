package io.armature.reporting.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.queue.ShedLedger.Entry;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
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
        ShedLedger ledger = new ShedLedger(storage);
        ledger.prepare();
        ledger.note(ONE, SHED);
        ledger.note(TWO, two());
        assertThat(Arrays.mismatch(Files.readAllBytes(file), golden())).isEqualTo(-1);
    }

    @Test
    void whatAnotherProgramWroteIsRead() throws IOException {
        Files.write(file, golden());
        ShedLedger ledger = new ShedLedger(storage);
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
            ShedLedger ledger = new ShedLedger(storage);
            assertSame(ledger.of(ONE), SHED);
            assertThat(ledger.of(TWO)).as("flipped at %d", at).isEmpty();
        }
        for (int length : new int[] {0, 1, half - 1, half, half + 200, 2 * half - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            new ShedLedger(storage).prepare();
        }
    }

    @Test
    void everyNoteIsForcedAndTakesNoMoreSpace() throws IOException {
        ShedLedger ledger = new ShedLedger(storage);
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
        ShedLedger ledger = new ShedLedger(storage);
        ledger.prepare();
        ledger.note(ONE, SHED);
        interceptor.set(failing(Point.FORCE));
        assertThatThrownBy(() -> ledger.note(TWO, two())).hasMessage("Input/output error");
        interceptor.set((point, path) -> {});
        assertThat(ledger.of(TWO)).isEmpty();
        assertThat(new ShedLedger(storage).of(TWO)).isEmpty();
        assertSame(new ShedLedger(storage).of(ONE), SHED);
        ledger.note(TWO, two());
        assertSame(new ShedLedger(storage).of(TWO), two());
        assertSame(new ShedLedger(storage).of(ONE), SHED);
    }

    @Test
    void whatCannotBeReadIsNotWrittenOver() throws IOException {
        Files.write(file, golden());
        ShedLedger ledger = new ShedLedger(storage);
        interceptor.set(
                (point, path) -> {
                    throw new IOException("Input/output error");
                });
        assertThat(ledger.of(ONE)).isEmpty();
        interceptor.set(failing(Point.OPEN));
        ledger.prepare();
        assertThat(file).hasBinaryContent(golden());
        ledger.note(ONE, new Entry(42, 5, 20, 15, 19, Optional.empty()));
        assertSame(new ShedLedger(storage).of(TWO), two());
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
        ShedLedger ledger = new ShedLedger(storage);
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
        ShedLedger read = new ShedLedger(storage);
        assertSame(read.of(tooMany), SHED);
        assertThat(read.of(named(0))).isEmpty();
        ledger.note(tooMany, SHED);
        assertThat(new ShedLedger(storage).of(named(1))).isEmpty();
    }

    private static QueueName named(int number) {
        return new QueueName(QueueKind.FAST_BATCH, new UUID(1, number).toString());
    }
}
