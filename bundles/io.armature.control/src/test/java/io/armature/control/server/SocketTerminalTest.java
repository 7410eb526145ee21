package io.armature.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.Terminal;
import io.armature.control.api.TerminalContract;
import io.armature.control.wire.FrameType;
import io.armature.control.wire.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** With a real server and a client that a thread of the test plays. */
class SocketTerminalTest extends TerminalContract {

    private static final long DEADLINE_SECONDS = 60;

    @TempDir private Path folder;
    private final BlockingQueue<SocketTerminal> called = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ControlServer server;
    private RawClient client;
    private Thread player;
    private Terminal terminal;

    @BeforeEach
    void serve() throws IOException {
        SocketFile file = SocketFile.bind(folder.resolve("control.sock"), "");
        server =
                new ControlServer(
                        file,
                        new PeerRule(file.owner(), "", Path.of("/none")),
                        new Limits(4, Duration.ofSeconds(20), Duration.ZERO, Duration.ZERO),
                        this::hold);
    }

    private Outcome hold(Request request, SocketTerminal given, Runnable started) {
        started.run();
        called.add(given);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Outcome.Exit(0);
    }

    @AfterEach
    void end() throws Exception {
        over.countDown();
        client.close();
        player.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        server.close(Duration.ZERO, Farewell.REPLACED);
    }

    @Override
    protected Terminal terminal(String input) throws Exception {
        return call(input.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected Terminal silent() throws Exception {
        return call(null);
    }

    private Terminal call(byte[] input) throws Exception {
        client = new RawClient(folder.resolve("control.sock")).preamble();
        client.frame(
                FrameType.REQUEST,
                new Request(80, "/tmp", List.of("word"), Map.of(VARIABLE, "given")).encode());
        player = new Thread(() -> play(input), "client");
        player.start();
        terminal = called.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(terminal).as("the command was called").isNotNull();
        return terminal;
    }

    /** Types when asked for input, and keeps what comes. */
    private void play(byte[] input) {
        try {
            boolean typed = input == null;
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            for (int type = client.next(payload); type >= 0; type = client.next(payload)) {
                if (type == FrameType.STDIN_CREDIT.number() && !typed) {
                    typed = true;
                    client.frame(FrameType.STDIN, input).frame(FrameType.STDIN_END, new byte[0]);
                } else if (type == FrameType.STDOUT.number()) {
                    payload.writeTo(out);
                } else if (type == FrameType.STDERR.number()) {
                    payload.writeTo(err);
                }
                payload.reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void go() throws Exception {
        client.close();
        CountDownLatch gone = new CountDownLatch(1);
        terminal.onGone(gone::countDown);
        assertThat(gone.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("seen gone").isTrue();
    }

    @Override
    protected String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    protected String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
