package io.armature.reporting.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.SpoolDoctor;
import io.armature.reporting.api.SpoolExamination;
import io.armature.reporting.api.SpoolExamination.Cause;
import io.armature.reporting.api.SpoolExamination.Gap;
import io.armature.reporting.api.SpoolExamination.Queue;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.BadSectorStorage;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolDoctorTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final int SEGMENT_BYTES = 8 << 10;
    private static final int RECORDS = 40;

    @TempDir Path folder;
    private final SpoolDoctor doctor =
            ServiceLoader.load(SpoolDoctor.class).findFirst().orElseThrow();
    private Path root;
    private SpoolFixture spool;
    private final List<Enqueued> stored = new ArrayList<>();
    private List<Path> segments;

    /** Some segments of one queue. */
    @BeforeEach
    void fill() throws Exception {
        root = folder.resolve("spool");
        spool =
                new SpoolFixture(root)
                        .settings(SpoolFixture.small(SEGMENT_BYTES, 64L << 20))
                        .start();
        for (int i = 0; i < RECORDS; i++) {
            stored.add(spool.store(SINGLE, text(i)));
        }
        segments = spool.segments(stored.get(0));
        assertThat(segments).hasSizeGreaterThanOrEqualTo(3);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private static String text(int id) {
        return "record " + id + " " + "x".repeat(500);
    }

    @Test
    void aWholeSpoolIsWholeAndExaminingChangesNothing() throws Exception {
        spool.confirm(stored.get(3));
        assertThat(doctor.examine(root).inUse()).isTrue();
        assertThat(doctor.examine(root).whole()).isTrue();
        spool.stop();
        Map<String, String> before = content(root);

        SpoolExamination examination = doctor.examine(root);

        assertThat(content(root)).isEqualTo(before);
        assertThat(examination.inUse()).isFalse();
        assertThat(examination.whole()).isTrue();
        Queue queue = queue(examination);
        assertThat(queue.priority()).isEqualTo(SINGLE);
        assertThat(queue.generationId()).isEqualTo(stored.get(0).generationId());
        assertThat(queue.firstUnconfirmedId()).isEqualTo(4);
        assertThat(queue.nextId()).isEqualTo(RECORDS);
        assertThat(queue.unconfirmed()).isEqualTo(RECORDS - 4);
        assertThat(queue.gaps()).isEmpty();
        assertThat(doctor.repair(root)).isEmpty();
        assertThat(content(root)).isEqualTo(before);
    }

    @Test
    void aSpoolCopiedFromAnotherDeviceIsReadAsItIs() throws Exception {
        spool.stop();
        Path copy = folder.resolve("copy");
        copy(root, copy);
        Files.delete(copy.resolve("lock"));
        assertThat(doctor.examine(copy).whole()).isTrue();
        assertThat(copy.resolve("lock")).doesNotExist();
    }

    @Test
    void aFlippedByteAnywhereIsFoundAndRepairLosesNothingThatCanBeRead() throws Exception {
        spool.stop();
        Path segment = segments.get(1);
        byte[] good = Files.readAllBytes(segment);
        Path original = folder.resolve("original");
        copy(root, original);
        for (int at = 0; at < good.length; at += 101) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) 0x41;
            Files.write(segment, bad);
            Queue damaged = queue(doctor.examine(root));
            assertThat(damaged.whole()).as("flipped at %d", at).isFalse();
            assertThat(damaged.unconfirmed()).isGreaterThanOrEqualTo(RECORDS - 1);

            boolean rewritten = !doctor.repair(root).isEmpty();

            Queue repaired = queue(doctor.examine(root));
            assertThat(repaired.unconfirmed()).isEqualTo(damaged.unconfirmed());
            assertThat(repaired.gaps()).isEqualTo(damaged.gaps());
            if (rewritten) {
                assertThat(repaired.segments()).allMatch(SpoolExamination.Segment::whole);
                assertThat(setAside()).anyMatch(file -> same(file, bad));
            }
            spool.restart();
            assertThat(spool.left(SINGLE).stream().filter(Objects::nonNull))
                    .hasSize((int) damaged.unconfirmed())
                    .isSubsetOf(all());
            spool.stop();
            remove(root);
            copy(original, root);
        }
    }

    @Test
    void theSpoolGoesOnAfterARepairOfItsLastSegment() throws Exception {
        spool.stop();
        Path last = segments.get(segments.size() - 1);
        flip(last, 300);
        assertThat(doctor.repair(root)).singleElement().asString().contains("anew");
        spool.restart();
        assertThat(spool.store(SINGLE, "more").sequencingId()).isEqualTo(RECORDS);
        assertThat(spool.left(SINGLE))
                .hasSize(RECORDS + 1)
                .endsWith("more")
                .containsOnlyOnce((String) null);
    }

    @Test
    void aSegmentThatLiesElsewhereGoesBack() throws Exception {
        spool.stop();
        Path stray = root.resolve("#12345");
        Files.move(segments.get(1), stray);
        Path confirmedOnce = root.resolve("lost+found/x");
        Files.createDirectories(confirmedOnce.getParent());
        Files.move(segments.get(2), confirmedOnce);
        SpoolExamination found = doctor.examine(root);
        assertThat(found.whole()).isFalse();
        assertThat(queue(found).gaps()).extracting(Gap::cause).contains(Cause.MISSING);
        assertThat(found.foreign()).singleElement().matches(file -> file.belongs().isPresent());
        assertThat(found.setAside()).singleElement().matches(file -> file.belongs().isPresent());

        assertThat(doctor.repair(root)).hasSize(2);

        assertThat(doctor.examine(root).whole()).isTrue();
        spool.restart();
        assertThat(spool.left(SINGLE)).containsExactlyElementsOf(all());
    }

    @Test
    void whatBelongsNowhereIsSetAsideAndWhatWasConfirmedStaysThere() throws Exception {
        spool.confirm(stored.get(RECORDS - 1));
        Files.createDirectories(root.resolve("lost+found"));
        spool.stop();
        Path confirmed = root.resolve("lost+found/old");
        Files.copy(segments.get(segments.size() - 1), confirmed);
        Files.writeString(root.resolve("notes"), "mine");
        assertThat(doctor.repair(root)).singleElement().asString().contains("notes");
        assertThat(root.resolve("lost+found/notes")).hasContent("mine");
        assertThat(confirmed).exists();
    }

    @Test
    void idsWithoutFilesAreShedOrMissing() throws Exception {
        spool.confirm(stored.get(0));
        spool.stop();
        Files.delete(segments.get(0));
        Files.delete(segments.get(2));
        assertThat(queue(doctor.examine(root)).gaps())
                .containsExactly(
                        new Gap(1, firstId(segments.get(1)), Cause.SHED),
                        new Gap(firstId(segments.get(2)), firstId(segments.get(3)), Cause.MISSING));
    }

    @Test
    void aRepairThatIsStoppedAnywhereIsGoneOnWithByTheNext() throws Exception {
        spool.stop();
        flip(segments.get(1), 300);
        Files.move(segments.get(2), root.resolve("stray"));
        Path original = folder.resolve("original");
        copy(root, original);
        int steps = stoppedAfter(Integer.MAX_VALUE);
        assertThat(steps).isGreaterThan(10);
        long readable = queue(doctor.examine(root)).unconfirmed();
        assertThat(readable).isEqualTo(RECORDS - 1);
        for (int step = 0; step < steps; step++) {
            remove(root);
            copy(original, root);
            stoppedAfter(step);
            doctor.repair(root);
            Queue repaired = queue(doctor.examine(root));
            assertThat(repaired.unconfirmed()).as("stopped at step %d", step).isEqualTo(readable);
            assertThat(repaired.segments()).allMatch(SpoolExamination.Segment::whole);
        }
    }

    /** Repairs until a step fails; how many steps there were. */
    private int stoppedAfter(int step) throws IOException {
        AtomicInteger count = new AtomicInteger();
        try (FileStorage real = FileStorage.open(root)) {
            InterceptedStorage storage =
                    new InterceptedStorage(
                            real,
                            (point, path) -> {
                                if (count.getAndIncrement() >= step) {
                                    throw new IOException("stopped");
                                }
                            });
            try {
                new SpoolRepair(storage).run();
            } catch (IOException e) {
                assertThat(e).hasMessage("stopped");
            }
        }
        return count.get();
    }

    @Test
    void blocksThatTheDiskDoesNotGiveCostOnlyTheirRecords() throws Exception {
        spool.stop();
        String unreadable = root.relativize(segments.get(1)).toString();
        try (FileStorage real = FileStorage.open(root)) {
            BadSectorStorage.Disk disk = new BadSectorStorage.Disk();
            disk.spoil(unreadable, 4096, 4097);
            Storage storage = disk.over(real);
            Queue found = queue(SpoolReading.of(storage).examination(false));
            assertThat(found.whole()).isFalse();
            assertThat(found.segments().get(1).problems())
                    .contains("the disk does not give 1 blocks of 4 KiB");
            assertThat(found.unconfirmed()).isBetween(RECORDS - 8L, RECORDS - 5L);
            assertThat(new SpoolRepair(storage).run()).hasSize(1);
        }
        Queue repaired = queue(doctor.examine(root));
        assertThat(repaired.segments()).allMatch(SpoolExamination.Segment::whole);
        assertThat(repaired.gaps()).singleElement().matches(gap -> gap.to() - gap.from() >= 5);
    }

    @Test
    void aDamagedShedLedgerIsToldAlsoOfACopyAndSetAsideByARepair() throws Exception {
        spool.stop();
        Path copy = folder.resolve("copy");
        copy(root, copy);
        Path withoutQueues = Files.createDirectory(folder.resolve("bare"));
        Files.copy(root.resolve("shed"), withoutQueues.resolve("shed"));
        for (Path each : List.of(root, copy, withoutQueues)) {
            Path ledger = each.resolve("shed");
            byte[] bytes = Files.readAllBytes(ledger);
            Arrays.fill(bytes, (byte) 0x5a);
            Files.write(ledger, bytes);
            SpoolExamination found = doctor.examine(each);
            assertThat(found.whole()).isFalse();
            assertThat(found.problems())
                    .singleElement()
                    .asString()
                    .startsWith("shed is damaged: it is not known what was shed before");
            assertThat(ledger).hasBinaryContent(bytes);

            assertThat(doctor.repair(each)).containsExactly("set aside shed");

            assertThat(each.resolve("lost+found/shed")).hasBinaryContent(bytes);
            assertThat(doctor.examine(each).problems()).isEmpty();
            assertThat(doctor.examine(each).whole()).isTrue();
        }
        spool.restart();
        assertThat(spool.left(SINGLE)).containsExactlyElementsOf(all());
    }

    @Test
    void aShedLedgerOfANewerVersionOrOneThatCannotBeReadIsToldAndStays() throws Exception {
        spool.stop();
        byte[] newer = Files.readAllBytes(root.resolve("shed"));
        for (int half = 0; half < newer.length; half += newer.length / 2) {
            newer[half + 8] = 9;
            CRC32C crc = new CRC32C();
            int count = ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN).getInt(half + 12);
            crc.update(newer, half + 8, 24 + count * 96);
            ByteBuffer.wrap(newer)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(half, 0x68537241)
                    .putInt(half + 4, (int) crc.getValue());
        }
        Files.write(root.resolve("shed"), newer);
        assertThat(doctor.repair(root)).isEmpty();
        assertThat(root.resolve("shed")).hasBinaryContent(newer);
        assertThat(doctor.examine(root).problems())
                .singleElement()
                .asString()
                .startsWith("shed is of a newer version");
        Files.delete(root.resolve("shed"));
        Files.createDirectory(root.resolve("shed"));
        assertThat(doctor.examine(root).problems())
                .singleElement()
                .asString()
                .startsWith("shed cannot be read");
    }

    @Test
    void aSpoolInUseIsNotRepaired() {
        assertThatThrownBy(() -> doctor.repair(root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use: stop its device first");
    }

    @Test
    void whatIsNoDirectoryIsRefused() {
        assertThatThrownBy(() -> doctor.examine(folder.resolve("nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere is no directory");
        assertThatThrownBy(() -> doctor.repair(folder.resolve("nowhere")))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    private static Queue queue(SpoolExamination examination) {
        assertThat(examination.queues()).hasSize(1);
        return examination.queues().get(0);
    }

    private static List<String> all() {
        return Stream.iterate(0, i -> i + 1).limit(RECORDS).map(SpoolDoctorTest::text).toList();
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= (byte) 0x41;
        Files.write(file, bytes);
    }

    private static long firstId(Path segment) {
        String name = segment.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('.') + 1));
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("lost+found"))) {
            return files.toList();
        }
    }

    private static boolean same(Path file, byte[] content) {
        try {
            return Arrays.equals(Files.readAllBytes(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                content.put(
                        root.relativize(file).toString(),
                        Files.getLastModifiedTime(file)
                                + " "
                                + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.collect(Collectors.toList())) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void remove(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
