package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.reporting.configuration.Configurations;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that say another version get the configuration; others hear nothing. */
class ConfigurationNewsTest {

    @TempDir Path root;
    private ServerFixture backend;
    private Configurations configurations;
    private ConfigurationNews news;

    @BeforeEach
    void start() throws Exception {
        backend = new ServerFixture(root);
        configurations =
                new Configurations(
                        root.resolve("own/configuration"), backend.files, backend.keys());
        news =
                new ConfigurationNews(
                        configurations,
                        (topic, payload) ->
                                backend.sent.add(new ServerFixture.Sent(topic, payload)),
                        backend.clock);
        backend.server().tell(news);
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    private ConfigFile set() throws Exception {
        return configurations.replace(
                List.of(
                        EventConfig.newBuilder()
                                .setDestination(Destination.HEARTBEAT_EVENTS)
                                .build()),
                OptionalInt.empty());
    }

    /** Uploads nothing but the version, and waits until that was answered. */
    private long toldAfter(int version) throws Exception {
        backend.server()
                .received(
                        "armature/v1/d/up",
                        UploadEnvelope.newBuilder()
                                .setRequest(UploadEncryptedRecordRequest.getDefaultInstance())
                                .setConfigurationVersion(version)
                                .build()
                                .toByteArray());
        ServerFixture.Sent next = next();
        long told = 0;
        while (!next.topic().endsWith("/down/reply")) {
            told += next.topic().equals("armature/v1/d/down/config") ? 1 : 0;
            assertThat(ConfigFile.parseFrom(next.payload()))
                    .isEqualTo(configurations.current().orElseThrow());
            next = next();
        }
        return told;
    }

    private ServerFixture.Sent next() throws InterruptedException {
        ServerFixture.Sent next = backend.sent.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("a message of the server").isNotNull();
        return next;
    }

    @Test
    void deviceWithAnOlderOneIsToldOnceAMinuteAndAtOnceOfTheNext() throws Exception {
        assertThat(toldAfter(0)).isZero();
        set();
        assertThat(toldAfter(0)).isEqualTo(1);
        assertThat(toldAfter(0)).isZero();
        backend.clock.advance(Duration.ofMinutes(1));
        assertThat(toldAfter(0)).isEqualTo(1);
        set();
        assertThat(toldAfter(1)).isEqualTo(1);
        assertThat(toldAfter(2)).isZero();
        assertThat(news.newer()).isEmpty();
    }

    @Test
    void deviceThatSaysNothingHearsNothing() throws Exception {
        set();
        backend.upload(backend.device("d"), backend.device("d").next("x"));
        backend.reply();
        assertThat(backend.sent).noneMatch(sent -> sent.topic().endsWith("/down/config"));
    }

    @Test
    void versionOfAnotherServerIsNotedUntilOursIsHigher() throws Exception {
        set();
        assertThat(toldAfter(9)).isZero();
        assertThat(news.newer()).contains(new ConfigurationNews.Newer("d", 9));
        news.tell(List.of(), set());
        assertThat(news.newer()).isPresent();
        news.tell(List.of("a", "b"), configurations.replace(List.of(), OptionalInt.of(10)));
        assertThat(news.newer()).isEmpty();
        assertThat(backend.sent.stream().map(ServerFixture.Sent::topic))
                .containsExactly("armature/v1/a/down/config", "armature/v1/b/down/config");
    }

    @Test
    void damagedFileNeitherSendsNorStopsTheServer() throws Exception {
        set();
        Files.write(root.resolve("own/configuration"), new byte[] {1});
        assertThat(toldAfter(0)).isZero();
        assertThat(toldAfter(-5)).isZero();
        backend.upload(backend.device("d"), backend.device("d").next("x"));
        assertThat(backend.confirmed()).isZero();
    }
}
