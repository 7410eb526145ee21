package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.CountedStorage;
import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one instance says of a queue's end is believed only if the file agrees. */
@Timeout(60)
class KnownEndTest {

    private static final int RECORDS = 200;

    @TempDir Path folder;
    private SpoolFixture spool;
    private Path root;
    private final CountedStorage.Counts read =
            new CountedStorage.Counts(path -> path.contains("P_"));

    @BeforeEach
    void start() {
        root = folder.resolve("spool");
        spool = new SpoolFixture(root).storage(read::over).start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private List<String> stored() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            String text = i + "-" + "x".repeat(400);
            spool.store(Priority.SECURITY, text);
            all.add(text);
        }
        return all;
    }

    @Test
    void anUpdateReadsTheEndOfTheSegmentOnlyAndGoesOnInIt() throws Exception {
        List<String> all = stored();
        spool.stop();
        read.reset();
        Enqueued next = spool.start().store(Priority.SECURITY, "next");
        all.add("next");
        assertThat(next.sequencingId()).isEqualTo(RECORDS);
        assertThat(read.bytesRead()).isBetween(1L, 20L << 10);
        assertThat(spool.segments(next)).hasSize(1);
        assertThat(spool.left(Priority.SECURITY)).isEqualTo(all);
    }

    @Test
    void aSecondUpdateWithoutARecordInBetweenKnowsTheEnd() throws Exception {
        List<String> all = stored();
        spool.update().stop();
        read.reset();
        spool.start().store(Priority.SECURITY, "next");
        assertThat(read.bytesRead()).isBetween(1L, 20L << 10);
        all.add("next");
        assertThat(spool.left(Priority.SECURITY)).isEqualTo(all);
    }

    @Test
    void anInstanceThatIsStoppedWhileItOpensLeavesWhatItWasHanded() throws Exception {
        List<String> all = stored();
        spool.stop();
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        spool.storage(real -> new Slow(real, opening, stopped)).start();
        spool.spool().queues().whenComplete((queues, stopping) -> stopped.countDown());
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
        spool.stop();
        read.reset();
        Enqueued next = spool.storage(read::over).start().store(Priority.SECURITY, "next");
        assertThat(next.sequencingId()).as("the same queue").isEqualTo(RECORDS);
        assertThat(read.bytesRead()).isBetween(1L, 20L << 10);
        all.add("next");
        assertThat(spool.left(Priority.SECURITY)).isEqualTo(all);
    }

    /** Opens segments only when something has happened. */
    private static final class Slow extends ForwardingStorage {
        private final CountDownLatch opening;
        private final CountDownLatch happened;

        Slow(Storage real, CountDownLatch opening, CountDownLatch happened) {
            super(real);
            this.opening = opening;
            this.happened = happened;
        }

        @Override
        public StorageFile open(String path, Access access) throws IOException {
            if (path.contains("P_")) {
                opening.countDown();
                try {
                    happened.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return super.open(path, access);
        }
    }

    @Test
    void whatAnotherProcessSaidIsNotBelieved() throws Exception {
        List<String> all = stored();
        spool.stop();
        Path file = root.resolve("handover");
        Files.writeString(file, Files.readString(file).replace("process ", "process 1"));
        read.reset();
        spool.start();
        assertThat(spool.left(Priority.SECURITY)).isEqualTo(all);
        assertThat(read.bytesRead()).isGreaterThan(64L << 10);
    }

    @Test
    void itIsReadOnce() throws Exception {
        stored();
        spool.stop();
        assertThat(root.resolve("handover")).exists();
        spool.start().store(Priority.SECURITY, "next");
        assertThat(root.resolve("handover")).doesNotExist();
    }

    @Test
    void anEndTooEarlyLosesAndOverwritesNothing() throws Exception {
        List<String> all = stored();
        spool.stop();
        change(end -> new long[] {end[0] - 600, end[1] - 1});
        check(all);
    }

    @Test
    void anEndTooLateIsNotBelieved() throws Exception {
        List<String> all = stored();
        spool.stop();
        change(end -> new long[] {end[0] + 64, end[1]});
        check(all);
    }

    @Test
    void anotherNextIdIsNotBelieved() throws Exception {
        List<String> all = stored();
        spool.stop();
        change(end -> new long[] {end[0], end[1] + 5});
        check(all);
    }

    @Test
    void aLastFrameThatWasDamagedMeanwhileIsNotBelieved() throws Exception {
        List<String> all = stored();
        Enqueued last = spool.store(Priority.SECURITY, "damaged");
        Path segment = spool.segments(last).get(0);
        spool.stop();
        long end = end()[0];
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), end - 1);
        }
        spool.start();
        spool.store(Priority.SECURITY, "next");
        List<String> left = spool.left(Priority.SECURITY);
        assertThat(left).startsWith(all.toArray(String[]::new)).endsWith("next");
    }

    private void check(List<String> all) throws Exception {
        spool.start();
        Enqueued next = spool.store(Priority.SECURITY, "next");
        assertThat(next.sequencingId()).isEqualTo(RECORDS);
        List<String> expected = new ArrayList<>(all);
        expected.add("next");
        assertThat(spool.left(Priority.SECURITY)).isEqualTo(expected);
    }

    /** Changes end and next id. */
    private interface Change {
        long[] of(long[] endAndNextId);
    }

    private void change(Change change) throws IOException {
        Path file = root.resolve("handover");
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("end")) {
                long[] changed =
                        change.of(new long[] {Long.parseLong(words[5]), Long.parseLong(words[6])});
                words[5] = Long.toString(changed[0]);
                words[6] = Long.toString(changed[1]);
            }
            lines.add(String.join(" ", words));
        }
        Files.write(file, lines);
    }

    private long[] end() throws IOException {
        for (String line : Files.readAllLines(root.resolve("handover"))) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("end")) {
                return new long[] {Long.parseLong(words[5]), Long.parseLong(words[6])};
            }
        }
        throw new AssertionError("no end handed over");
    }
}
