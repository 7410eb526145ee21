package io.armature.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.function.LongConsumer;

/** A private dbus-daemon with one connection that answers calls and one that makes them. */
final class MessageBus implements AutoCloseable {

    private static final Path DAEMON = Path.of("/usr/bin/dbus-daemon");
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
              <limit name="max_completed_connections">4000</limit>
              <limit name="max_connections_per_user">4000</limit>
            </busconfig>
            """;

    private final Daemon daemon;
    private final BusConnection owner;
    private final BusConnection caller;
    private final List<BusConnection> idle = new ArrayList<>();
    private final Thread answering = new Thread(this::answer, "bench-bus-owner");

    /**
     * @param connections that only are there, beside the owner's and the caller's
     */
    MessageBus(Path work, int connections) throws IOException {
        daemon = new Daemon(work);
        Path socket = daemon.socket();
        owner = new BusConnection(socket);
        caller = new BusConnection(socket);
        for (int i = 0; i < connections; i++) {
            idle.add(BusConnection.idle(socket));
        }
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
        return caller.calls(owner.name(), inFlight, nanos);
    }

    /** Makes calls at fixed times; a thread of its own takes the answers, which come in order. */
    Sample offered(OpenLoop loop) throws IOException {
        Queue<LongConsumer> asked = new ConcurrentLinkedQueue<>();
        FutureTask<Void> answers =
                new FutureTask<>(
                        () -> {
                            for (int i = 0; i < loop.requests(); i++) {
                                caller.nextAnswer();
                                asked.remove().accept(System.nanoTime());
                            }
                            return null;
                        });
        Thread taking = new Thread(answers, "bench-bus-caller");
        taking.start();
        Sample sample =
                loop.run(
                        come -> {
                            asked.add(come);
                            caller.call(owner.name());
                        });
        join(taking);
        return sample;
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (BusConnection one : idle) {
            one.close();
        }
        owner.close();
        caller.close();
        join(answering);
        daemon.close();
    }

    /** A bus of its own. */
    static final class Daemon implements AutoCloseable {

        private final Path folder;
        private final Process process;

        Daemon(Path work) throws IOException {
            folder = Files.createTempDirectory(work, "d-");
            Path socket = folder.resolve("bus.sock");
            Path configuration = folder.resolve("bus.conf");
            Files.writeString(configuration, String.format(CONFIGURATION, socket));
            process =
                    new ProcessBuilder(
                                    List.of(
                                            DAEMON.toString(),
                                            "--nofork",
                                            "--nopidfile",
                                            "--print-address",
                                            "--config-file=" + configuration))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.inputReader().readLine() == null) {
                throw new IOException(
                        "dbus-daemon ended with " + process.onExit().join().exitValue());
            }
        }

        Path socket() {
            return folder.resolve("bus.sock");
        }

        @Override
        public void close() throws IOException {
            BootedProcess.end(process);
            BootPeers.delete(folder);
        }
    }
}
