package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.Queues.Writer;
import io.armature.reporting.api.Metric;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.queue.KnownEnd;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.upload.CachedIds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden file of the hand-over, whose second line names the process of the test. */
class HandoverFileTest {

    private static final QueueName NAME =
            new QueueName(QueueKind.SECURITY, "01234567-89ab-cdef-0123-456789abcdef");
    private static final CachedIds CACHED = CachedIds.parse("17", "0-4,9");

    @TempDir Path root;
    private Storage storage;
    private Path path;
    private String golden;

    @BeforeEach
    void open() throws IOException {
        storage = FileStorage.open(root);
        path = root.resolve("handover");
        try (InputStream in = getClass().getResourceAsStream("/handover-v1.txt")) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private static Handover sample() {
        return new Handover(
                Map.of(new Writer(QueueKind.SECURITY, "dm token é"), NAME),
                Map.of(NAME, new KnownEnd(4_815_162_342L, 100, 65_536, 123)),
                Map.of(NAME, new QueueMemory(-42, CACHED, 120)),
                true,
                Set.of(Destination.HEARTBEAT_EVENTS),
                true,
                List.of(new Metric("Platform.Missive.ResourceExhaustedCase", "0", 17)));
    }

    /** As this process writes it. */
    private String own(String text) throws IOException {
        Handover.nothing().leave(storage, Keepsake.NONE);
        return text.replaceFirst("process .*", Files.readAllLines(path).get(1));
    }

    @Test
    void whatIsLeftIsTheGoldenFile() throws IOException {
        String expected = own(golden);
        sample().leave(storage, Keepsake.NONE);
        assertThat(path).hasContent(expected);
        assertThat(expected).matches("(?s)armature-handover 1\nprocess \\d+ \\d+\n.*");
    }

    @Test
    void theGoldenFileIsTakenOnce() throws IOException {
        Files.writeString(path, own(golden));
        Handover taken = Handover.take(storage, Keepsake.NONE);
        assertThat(path).doesNotExist();
        assertThat(taken.memories().get(NAME).cached().text()).isEqualTo(CACHED.text());
        assertThat(taken.memories().get(NAME).lastWriteNanos()).isEqualTo(-42);
        assertThat(taken.memories().get(NAME).sentNext()).isEqualTo(120);
        assertThat(taken).usingRecursiveComparison().ignoringFields("memories").isEqualTo(sample());
        assertThat(Handover.take(storage, Keepsake.NONE)).isEqualTo(Handover.nothing());
    }

    /** However much there is to hand over, what the server has switched off stays so. */
    @Test
    void whatDoesNotFitIsLeftOutAndTheServersWordIsNot() throws IOException {
        Map<Writer, QueueName> writers = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            writers.put(new Writer(QueueKind.SECURITY, i + "t".repeat(5_000)), NAME);
        }
        Handover sample = sample();
        new Handover(
                        writers,
                        sample.ends(),
                        sample.memories(),
                        true,
                        sample.blocked(),
                        true,
                        sample.counts())
                .leave(storage, Keepsake.NONE);
        assertThat(path).content().hasSizeBetween((4 << 20) - 10_000, 4 << 20);
        Handover taken = Handover.take(storage, Keepsake.NONE);
        assertThat(taken.disabled()).isTrue();
        assertThat(taken.health()).isTrue();
        assertThat(taken.blocked()).isEqualTo(sample.blocked());
        assertThat(taken.counts()).isEqualTo(sample.counts());
        assertThat(taken.ends()).as("smaller, so they fit").isEqualTo(sample.ends());
        assertThat(taken.writers()).hasSizeBetween(500, 999);
    }

    @Test
    void whatAVersionLeftThatDidNotKnowWhatWasSentIsTaken() throws IOException {
        Files.writeString(path, own(golden).replace(" 0-4,9 120", " 0-4,9"));
        QueueMemory memory = Handover.take(storage, Keepsake.NONE).memories().get(NAME);
        assertThat(memory.cached().text()).isEqualTo(CACHED.text());
        assertThat(memory.sentNext()).isZero();
    }

    @Test
    void whatAnotherProcessOrAnotherVersionLeftIsRemovedAndNotBelieved() throws IOException {
        String own = own(golden);
        for (String other :
                List.of(golden, own.replace("handover 1", "handover 2"), "", own + "x")) {
            Files.writeString(path, other);
            assertThat(Handover.take(storage, Keepsake.NONE)).isEqualTo(Handover.nothing());
            assertThat(path).doesNotExist();
        }
    }
}
