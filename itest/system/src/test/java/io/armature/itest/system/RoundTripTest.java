package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A record from the command line reaches the server byte for byte. */
class RoundTripTest {

    @Test
    void recordsOfTheCommandLineArriveUnchangedAndNothingStaysUnconfirmed() throws Exception {
        try (Machine machine = Machine.install().up()) {
            List<String> texts =
                    List.of(
                            "plain",
                            "",
                            "  blanks around  ",
                            "\u0001control\u007f and \"quotes\" \\ $HOME `id`",
                            "äöü 漢字 🎉 \u200b\ufeff",
                            large(900 << 10));
            for (String text : texts) {
                Outcome outcome =
                        machine.device()
                                .run(
                                        (text + "\n").getBytes(StandardCharsets.UTF_8),
                                        "report",
                                        "enqueue",
                                        "--priority",
                                        "IMMEDIATE",
                                        "--destination",
                                        "HEARTBEAT_EVENTS");
                assertThat(outcome.ok().text()).startsWith("OK IMMEDIATE ");
            }
            machine.device()
                    .run(
                            "report",
                            "enqueue",
                            "--data",
                            "of an argument",
                            "--priority",
                            "SECURITY",
                            "--destination",
                            "CRASH_EVENTS")
                    .ok();
            List<ServerRecord> records =
                    new Server(machine.backend())
                            .await(Set.of(texts.get(5), texts.get(4), "of an argument"), 30);
            assertThat(records.stream().map(ServerRecord::text).toList())
                    .containsAll(texts)
                    .contains("of an argument");
            assertThat(records).allMatch(r -> r.device().equals("device-under-test"));
            QueueList.awaitEmpty(machine.device());
        }
    }

    @Test
    void recordsOutliveRestartsWhileTheBackendIsDownAndGoOutWhenItReturns() throws Exception {
        try (Machine machine = Machine.install().up()) {
            machine.backend().stop();
            machine.device()
                    .run(
                            "report",
                            "enqueue",
                            "--data",
                            "kept",
                            "--priority",
                            "SECURITY",
                            "--destination",
                            "HEARTBEAT_EVENTS")
                    .ok();
            machine.device().killAll();
            machine.device().up();
            assertThat(machine.device().stop()).isZero();
            machine.device().up();
            assertThat(QueueList.of(machine.device()).unconfirmed()).isEqualTo(1);
            machine.backend().up();
            List<ServerRecord> records = new Server(machine.backend()).await(Set.of("kept"), 60);
            assertThat(records).hasSize(1);
            QueueList.awaitEmpty(machine.device());
        }
    }

    private static String large(int length) {
        StringBuilder text = new StringBuilder(length);
        Random random = new Random(1);
        while (text.length() < length) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }
}
