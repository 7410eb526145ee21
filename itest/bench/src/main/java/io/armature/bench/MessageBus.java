package io.armature.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A private dbus-daemon with one connection that answers calls and one that makes them. */
final class MessageBus implements AutoCloseable {

    private static final Path DAEMON = Path.of("/usr/bin/dbus-daemon");
    private static final int LATENCIES_KEPT = 1 << 20;
    private static final String CONFIGURATION =
            """
            <busconfig>
              <type>custom</type>
              <listen>unix:path=%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*"/>
                <allow receive_sender="*"/>
                <allow own="*"/>
              </policy>
            </busconfig>
            """;

    private final Path folder;
    private final Process daemon;
    private final BusConnection owner;
    private final BusConnection caller;
    private final Thread answering = new Thread(this::answer, "bench-bus-owner");

    MessageBus(Path work) throws IOException {
        folder = Files.createTempDirectory(work, "d-");
        Path socket = folder.resolve("bus.sock");
        Path configuration = folder.resolve("bus.conf");
        Files.writeString(configuration, String.format(CONFIGURATION, socket));
        daemon =
                new ProcessBuilder(
                                List.of(
                                        DAEMON.toString(),
                                        "--nofork",
                                        "--nopidfile",
                                        "--print-address",
                                        "--config-file=" + configuration))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (daemon.inputReader().readLine() == null) {
            throw new IOException("dbus-daemon ended with " + daemon.onExit().join().exitValue());
        }
        owner = new BusConnection(socket);
        caller = new BusConnection(socket);
        answering.start();
    }

    /** Why it cannot be measured. */
    static Optional<String> missing() {
        return Files.isExecutable(DAEMON)
                ? Optional.empty()
                : Optional.of(DAEMON + " is not there");
    }

    private void answer() {
        try {
            while (true) {
                int serial = owner.nextCall();
                owner.answer(serial, caller.name());
            }
        } catch (IOException e) {
            return; // the connection was closed
        }
    }

    /** Keeps so many calls in flight. */
    Sample calls(int inFlight, long nanos) throws IOException {
        long[] latencies = new long[LATENCIES_KEPT];
        int count = 0;
        long start = System.nanoTime();
        for (int i = 0; i < inFlight; i++) {
            caller.call(owner.name());
        }
        long now = start;
        while (now - start < nanos && count < LATENCIES_KEPT) {
            caller.nextAnswer();
            long then = System.nanoTime();
            latencies[count++] = then - now;
            now = then;
            caller.call(owner.name());
        }
        for (int i = 0; i < inFlight; i++) {
            caller.nextAnswer();
        }
        long took = System.nanoTime() - start;
        long[] kept = inFlight == 1 ? Arrays.copyOf(latencies, count) : new long[0];
        return new Sample(count + inFlight, took, kept);
    }

    @Override
    public void close() throws IOException {
        owner.close();
        caller.close();
        BootedProcess.end(daemon);
        try {
            answering.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        BootPeers.delete(folder);
    }
}
