package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand processes' worth of connections, from one other process. */
class CrowdTest {

    private static final int MANY = 10_000;
    private static final int FEW = 10;
    private static final int ROUNDS = 2_000;

    @TempDir private Path folder;

    private Process crowd(Path socket, int connections) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crowd.class.getName(),
                        socket.toString(),
                        Integer.toString(connections))
                .redirectError(folder.resolve("crowd.log").toFile())
                .start();
    }

    /** Median of a query and its answer, nanoseconds. */
    private static long roundTrip(Client client) throws Exception {
        long[] times = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            client.query("Echo");
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        return times[ROUNDS / 2];
    }

    private static long measured(ServerFixture fixture, Process crowd, int connections)
            throws Exception {
        BufferedReader said = crowd.inputReader(StandardCharsets.US_ASCII);
        assertThat(said.readLine()).isEqualTo("ready");
        try (Client client = fixture.client()) {
            roundTrip(client);
            fixture.awaitHeld(connections + 1);
            long woken = fixture.server.wakeUps();
            long time = roundTrip(client);
            assertThat(fixture.server.wakeUps() - woken)
                    .as("the idle ones wake nobody")
                    .isLessThanOrEqualTo(2 * ROUNDS);
            return time;
        } finally {
            crowd.getOutputStream().close();
            assertThat(crowd.waitFor(60, TimeUnit.SECONDS)).isTrue();
            fixture.awaitHeld(0);
        }
    }

    @Test
    void tenThousandIdleConnectionsCostNothingAtAWakeUp() throws Exception {
        long limit = new OpenFiles(Path.of("/proc/self")).limit();
        Assumptions.assumeTrue(
                limit / 10 * 8 > MANY + 1_000, "at most " + limit + " files may be open here");
        try (ServerFixture fixture = new ServerFixture(folder, Optional.empty())) {
            long before = ServerFixture.openFiles();
            long few = measured(fixture, crowd(fixture.socket, FEW), FEW);
            long many = measured(fixture, crowd(fixture.socket, MANY), MANY);
            Files.writeString(
                    Path.of("target", "crowd.txt"),
                    "query and answer, median ns: "
                            + (FEW + " idle connections " + few + ", ")
                            + (MANY + " idle connections " + many + "\n"));
            assertThat(many).as("with few: %d ns", few).isLessThan(5 * few);
            assertThat(ServerFixture.awaitOpenFiles(before)).isLessThanOrEqualTo(before);
        }
    }
}
