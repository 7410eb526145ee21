package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process on the bus that is not Java, see src/test/python/bus_client.py. */
final class BusClient implements AutoCloseable {

    /** Request of EnqueueRecord: data "hi", HEARTBEAT_EVENTS, SLOW_BATCH. */
    static final byte[] HEARTBEAT = {0x0a, 6, 0x0a, 2, 'h', 'i', 0x10, 13, 0x10, 3};

    /** The same for CROS_SECURITY_PROCESS, SECURITY. */
    static final byte[] PROCESS = {0x0a, 6, 0x0a, 2, 'h', 'i', 0x10, 23, 0x10, 6};

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    /** Starts it as that user and waits until it is connected. */
    BusClient(PrivateBus bus, String user) throws Exception {
        long number = PrivateBus.USERS.getOrDefault(user, 0L);
        process =
                new ProcessBuilder(
                                "python3",
                                "-B",
                                "src/test/python/bus_client.py",
                                bus.socket().toString(),
                                Long.toString(number),
                                Long.toString(
                                        PrivateBus.sends(user) ? PrivateBus.SENDERS_GROUP : number))
                        .redirectErrorStream(true)
                        .start();
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::read);
        reader.setDaemon(true);
        reader.start();
        assertThat(next()).startsWith("connected ");
    }

    private void read() {
        try {
            process.inputReader(StandardCharsets.UTF_8).lines().forEach(said::add);
            said.add("ended");
        } catch (UncheckedIOException e) {
            said.add("ended");
        }
    }

    void say(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** The next thing that it says. */
    String next() throws InterruptedException {
        String line = said.poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(line).as("something said by the client").isNotNull();
        return line;
    }

    /** What it has said and nobody has read. */
    int unread() {
        return said.size();
    }

    /** Calls without waiting. */
    void call(String label, String method, byte[] request, String... options) throws IOException {
        String hex = request.length == 0 ? "-" : HexFormat.of().formatHex(request);
        say("call " + label + " " + method + " " + hex + " " + String.join(" ", options));
    }

    /** Calls and waits for the answer, without {@code reply ID} where it is one. */
    String ask(String method, byte[] request, String... options) throws Exception {
        call("q", method, request, options);
        return next().replaceFirst("^reply q ay ", "").replaceFirst("^error q ", "error ");
    }

    /** The status of an answer: {@code OK} or {@code CODE:message}, taken apart by hand. */
    static String status(String hex) {
        byte[] answer = HexFormat.of().parseHex(hex);
        // {1: {1: code, 2: message}}; everything is shorter than 128 here
        assertThat(answer[0]).as(hex).isEqualTo((byte) 0x0a);
        assertThat(answer[2]).as(hex).isEqualTo((byte) 0x08);
        int code = answer[3];
        if (answer.length == 4) {
            return code == 0 ? "OK" : Integer.toString(code);
        }
        return code + ":" + new String(answer, 6, answer[5], StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
