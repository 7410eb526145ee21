package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge against a broker that is not Java and not ours. */
class MosquittoTest {

    private static final int LIMIT = 64 << 10;
    private static final Topics TOPICS = Topics.of("d1");

    @TempDir Path folder;

    private static Optional<Path> mosquitto() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Process start(Path program, int port) throws IOException, InterruptedException {
        Path configuration = folder.resolve("mosquitto.conf");
        Files.writeString(
                configuration,
                """
                listener %d 127.0.0.1
                allow_anonymous true
                message_size_limit %d
                persistence false
                """
                        .formatted(port, LIMIT));
        Process broker =
                new ProcessBuilder(program.toString(), "-v", "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .start();
        // It says so once it listens; what it says later is read so that it never blocks.
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(broker, lines));
        reader.setDaemon(true);
        reader.start();
        String line;
        do {
            line = lines.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("mosquitto starts").isNotNull();
        } while (!line.contains("running"));
        return broker;
    }

    private static void read(Process broker, BlockingQueue<String> lines) {
        try {
            broker.inputReader(StandardCharsets.UTF_8).lines().forEach(lines::add);
        } catch (UncheckedIOException e) {
            lines.add("ended");
        }
    }

    @Test
    void recordsGoUpConfirmationsComeDownAndStatusStays() throws Exception {
        Optional<Path> program = mosquitto();
        if (program.isEmpty()) {
            System.out.println("SKIPPED MosquittoTest: mosquitto is not installed");
        }
        assumeTrue(program.isPresent(), "mosquitto is not installed");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process broker = start(program.orElseThrow(), port);
        String uri = "tcp://127.0.0.1:" + port;
        BridgeFixture fixture = new BridgeFixture(Samples.settings(uri, LIMIT)).started();
        try {
            fixture.awaitUp();
            MqttAsyncClient server = new MqttAsyncClient(uri, "server", new MemoryPersistence());
            server.connect().waitForCompletion(20_000);
            BlockingQueue<MqttMessage> up = new LinkedBlockingQueue<>();
            BlockingQueue<String> status = new LinkedBlockingQueue<>();
            server.subscribe(TOPICS.up(), 1, (topic, message) -> up.add(message))
                    .waitForCompletion(20_000);
            server.subscribe(
                            TOPICS.status(),
                            1,
                            (topic, message) ->
                                    status.add(
                                            message.isRetained()
                                                    + new String(
                                                            message.getPayload(),
                                                            StandardCharsets.UTF_8)))
                    .waitForCompletion(20_000);
            assertThat(status.poll(60, TimeUnit.SECONDS)).startsWith("true{\"state\":\"online\"");

            fixture.upload(Samples.batch(0, 499, 512));
            List<Long> ids = new ArrayList<>();
            while (ids.size() < 500) {
                MqttMessage message = up.poll(60, TimeUnit.SECONDS);
                assertThat(message).isNotNull();
                UploadEnvelope.parseFrom(message.getPayload())
                        .getRequest()
                        .getEncryptedRecordList()
                        .forEach(one -> ids.add(one.getSequenceInformation().getSequencingId()));
            }
            assertThat(ids).isEqualTo(LongStream.range(0, 500).boxed().toList());

            server.publish(TOPICS.confirm(), Samples.confirmation(499).toByteArray(), 1, false);
            assertThat(fixture.spool.confirmed().poll(60, TimeUnit.SECONDS))
                    .isEqualTo(Samples.confirmation(499));

            fixture.close();
            assertThat(status.poll(60, TimeUnit.SECONDS)).contains("\"offline\"");
            server.disconnect(0).waitForCompletion(20_000);
            server.close();
        } finally {
            fixture.close();
            broker.destroy();
            broker.waitFor(60, TimeUnit.SECONDS);
        }
    }
}
