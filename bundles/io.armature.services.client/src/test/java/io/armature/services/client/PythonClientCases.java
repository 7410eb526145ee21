package io.armature.services.client;

import static io.armature.services.client.Heard.await;
import static io.armature.services.client.Heard.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.registry.FailureLog;
import io.armature.services.registry.LocalPipe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client in Python, written from docs/formats/services.md alone, beside Java. */
abstract class PythonClientCases {

    private final Pipes pythons;
    private final Pipes javas;

    @TempDir private Path folder;
    private ServerFixture server;
    private ServiceManagerClient java;
    private PythonProcess python;
    private long uid;

    PythonClientCases(Pipes pythons, Pipes javas) {
        this.pythons = pythons;
        this.javas = javas;
    }

    @BeforeAll
    static void needsPython() {
        assumeTrue(PythonProcess.available(), "needs python3 (3.9 or later)");
    }

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(folder);
        java = ServiceManagerClient.connect(ClientOptions.of(server.socket).withPipes(javas));
        python = new PythonProcess(server.socket, pythons.name().toLowerCase(Locale.ROOT));
        uid = ServerFixture.uid();
    }

    @AfterEach
    void stop() throws IOException {
        python.close();
        java.close();
        server.close();
    }

    @Test
    void requestsFromJava() throws Exception {
        python.tell("request a Echo");
        python.tell("send a before the owner");
        Heard<Pipe> asked = new Heard<>();
        java.register(
                "Echo",
                (who, pipe) -> {
                    assertThat(who.uid()).isEqualTo(uid);
                    pipe.listen(pipe::send);
                    asked.add(pipe);
                });
        assertThat(python.next()).isEqualTo("got a before the owner");
        python.tell("large a 1000000");
        assertThat(python.next()).isEqualTo("got a 1000000 bytes");
        asked.next().close(new CloseReason(4_000_000_000L, "that was it"));
        assertThat(python.next()).isEqualTo("closed a 4000000000 that was it");
    }

    @Test
    void servesJavaAndABundle() throws Exception {
        python.tell("register Echo");
        python.tell("query Echo");
        assertThat(python.next()).isEqualTo("state Echo registered " + uid);
        Pipe pipe = java.request("Echo");
        Heard<String> heard = Heard.of(pipe);
        pipe.send(bytes("hello"));
        assertThat(python.next()).isEqualTo("asked Echo#1 " + uid + " -");
        assertThat(heard.next()).isEqualTo("hello");
        pipe.send(new byte[1_000_000]);
        assertThat(heard.next()).hasSize(1_000_000);
        pipe.close(new CloseReason(7, "thank you"));
        assertThat(python.next()).isEqualTo("closed Echo#1 7 thank you");
        LocalPipe local = new LocalPipe(new FailureLog(new HandClock()));
        local.near().send(bytes("from a bundle"));
        server.registry.request(ServerFixture.BUNDLE, "Echo", Optional.empty(), local.far());
        assertThat(python.next()).isEqualTo("asked Echo#2 0 test.bundle");
        assertThat(Heard.of(local.near()).next()).isEqualTo("from a bundle");
        python.tell("close Echo#2 9 bye");
        assertThat(await(local.near().closed())).isEqualTo(new CloseReason(9, "bye"));
    }

    @Test
    void observesAndIsRefused() throws Exception {
        python.tell("observe");
        python.tell("query Echo");
        assertThat(python.next()).isEqualTo("state Echo unregistered");
        var registration = java.register("Echo", (who, pipe) -> {});
        assertThat(python.next()).isEqualTo("event registered Echo " + uid);
        python.tell("register Echo");
        assertThat(python.next()).startsWith("unregistered Echo 4 ");
        registration.close();
        assertThat(python.next()).isEqualTo("event unregistered Echo " + uid);
        python.tell("query Foreign");
        assertThat(python.next()).isEqualTo("state Foreign error 3");
        python.tell("request b Nobody");
        assertThat(python.next()).startsWith("closed b 5 ");
        python.tell("request c Echo 0");
        python.tell("query Echo");
        assertThat(python.next()).isEqualTo("state Echo unregistered");
        server.clock.advance(Duration.ofSeconds(1));
        assertThat(python.next()).startsWith("closed c 2 ");
    }

    @Test
    void seesTheManagerGo() throws Exception {
        python.tell("register Echo");
        python.tell("query Echo");
        assertThat(python.next()).startsWith("state Echo registered");
        server.stop();
        assertThat(new String[] {python.next(), python.next()})
                .containsExactlyInAnyOrder("unregistered Echo 0 ", "disconnected 0 ");
    }
}
