package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An appliance whose packets to the broker are late, lost, doubled and out of order. */
@Tag("long")
class NetemTest {

    private static final int RECORDS = 500;
    private static final int WINDOW = 64;
    private static final long DRAIN_SECONDS = 300;

    @TempDir private Path folder;

    private final List<Writer> writers = new ArrayList<>();

    @BeforeEach
    void possible() {
        Optional<String> hindrance = BadLink.hindrance();
        assumeTrue(hindrance.isEmpty(), () -> hindrance.orElse(""));
    }

    @Test
    void everyRecordArrivesOnceOverALinkThatDelaysLosesDoublesAndSwapsPackets() throws Exception {
        try (Machine machine = Machine.install().backendUp()) {
            Path settings = machine.device().path("etc/armature/io.armature.reporting.mqtt.json");
            String text = Files.readString(settings);
            String port = text.replaceAll("(?s).*tcp://127\\.0\\.0\\.1:(\\d+).*", "$1");
            try (BadLink link = BadLink.start(Integer.parseInt(port), folder)) {
                Files.writeString(settings, text.replace(":" + port, ":" + link.port()));
                machine.device().up();
                link.becomes("delay 40ms 20ms loss 3% duplicate 3% reorder 20% 50%");
                write(machine, "disturbed");
                link.becomes("loss 100%");
                write(machine, "cut");
                link.becomes("delay 100ms 50ms 25% loss 5%");
                write(machine, "far");
                link.becomes("delay 10ms loss 1%");
                for (String priority : List.of("SECURITY", "FAST_BATCH")) {
                    machine.device().flush(priority);
                }
                QueueList left = QueueList.whenEmpty(machine.device(), DRAIN_SECONDS);
                assertThat(left.unconfirmed()).as(machine.device().logTail()).isZero();
                ServerCounts counts = ServerCounts.of(machine.backend());
                System.out.printf("NetemTest: %s, %d dropped%n", counts, link.dropped());
                assertThat(Promises.broken(writers, new Server(machine.backend()).records()))
                        .isEmpty();
                assertThat(counts.records()).isEqualTo(6L * RECORDS);
                assertThat(counts.gaps() + counts.chainBreaks()).isZero();
                assertThat(link.dropped()).isPositive();
            } finally {
                for (Writer writer : writers) {
                    writer.close();
                }
            }
        }
    }

    private void write(Machine machine, String name) throws Exception {
        for (String priority : List.of("SECURITY", "FAST_BATCH")) {
            Writer writer =
                    new Writer(
                            name + "-" + priority,
                            priority,
                            machine.folder(),
                            Writer.Receipts.WRITTEN);
            writers.add(writer);
            AtomicInteger turns = new AtomicInteger();
            writer.write(
                    machine.device().root(),
                    WINDOW,
                    () -> turns.incrementAndGet() <= RECORDS,
                    left -> {});
            assertThat(writer.refusals()).isEmpty();
        }
    }
}
