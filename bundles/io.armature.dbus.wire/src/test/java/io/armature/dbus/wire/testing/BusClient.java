package io.armature.dbus.wire.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process on the bus that is not Java, see bus_client.py. */
public final class BusClient implements AutoCloseable {

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    /** Starts it as that user and waits until it is connected. */
    public BusClient(PrivateBus bus, String user) throws Exception {
        PrivateBus.skipWithout(python(), "python3 is not installed");
        long number = PrivateBus.USERS.getOrDefault(user, 0L);
        process =
                new ProcessBuilder(
                                "python3",
                                "-c",
                                program(),
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

    private static String program() throws IOException {
        try (InputStream in = BusClient.class.getResourceAsStream("bus_client.py")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean python() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void read() {
        try {
            process.inputReader(StandardCharsets.UTF_8).lines().forEach(said::add);
            said.add("ended");
        } catch (UncheckedIOException e) {
            said.add("ended");
        }
    }

    public void say(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** The next thing that it says. */
    public String next() throws InterruptedException {
        String line = said.poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(line).as("something said by the client").isNotNull();
        return line;
    }

    /** What it has said and nobody has read. */
    public int unread() {
        return said.size();
    }

    /** Calls without waiting. */
    public void call(String label, String method, byte[] request, String... options)
            throws IOException {
        String hex = request.length == 0 ? "-" : HexFormat.of().formatHex(request);
        say("call " + label + " " + method + " " + hex + " " + String.join(" ", options));
    }

    /** Calls and waits for the answer, without {@code reply ID} where it is one. */
    public String ask(String method, byte[] request, String... options) throws Exception {
        call("q", method, request, options);
        return next().replaceFirst("^reply q ay ", "").replaceFirst("^error q ", "error ");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
