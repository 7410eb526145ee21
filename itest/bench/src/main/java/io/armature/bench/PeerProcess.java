package io.armature.bench;

import io.armature.services.api.Pipe;
import io.armature.services.client.ServiceManagerClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A process of its own at the other end of a socket: {@link #main} is what it does, the rest how it
 * is told to. It ends with its standard input.
 */
final class PeerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final String told;

    /** What the process does for one line. */
    private interface Runner {
        Sample run(int inFlight, long nanos) throws IOException;
    }

    /** Starts it; returns when it has connected. */
    PeerProcess(String... arguments) throws IOException {
        List<String> command =
                Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        PeerProcess.class.getName()),
                                Arrays.stream(arguments))
                        .toList();
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        out = process.inputReader(StandardCharsets.US_ASCII);
        in = process.outputWriter(StandardCharsets.US_ASCII);
        told = next();
    }

    /** The first line that it told. */
    String told() {
        return told;
    }

    void tell(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    private String next() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("a process of the benchmark has ended");
        }
        return line;
    }

    /** Has it make requests or calls for so long. */
    Sample run(int inFlight, long nanos) throws IOException {
        tell(inFlight + " " + nanos);
        long[] numbers = Arrays.stream(next().split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Sample(numbers[0], numbers[1], Arrays.copyOfRange(numbers, 2, numbers.length));
    }

    @Override
    public void close() throws IOException {
        BootedProcess.end(process);
    }

    /**
     * The process.
     *
     * @param arguments {@code owner}, {@code requester} or {@code bus-owner} and a socket, or
     *     {@code bus-caller}, a socket and the name to call
     */
    public static void main(String[] arguments) throws IOException {
        Path socket = Path.of(arguments[1]);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        switch (arguments[0]) {
            case "owner" -> {
                try (ServiceManagerClient manager = ServiceManagerClient.connect(socket)) {
                    SocketFixture.greet(manager);
                    System.out.println("registered");
                    in.readLine();
                }
            }
            case "requester" -> {
                try (ServiceManagerClient manager = ServiceManagerClient.connect(socket)) {
                    Supplier<Pipe> request = () -> manager.request(SocketFixture.NAME);
                    System.out.println("connected");
                    serve(
                            in,
                            (inFlight, nanos) ->
                                    inFlight == 1
                                            ? Requested.waiting(request, nanos)
                                            : Requested.inFlight(request, inFlight, nanos));
                }
            }
            case "bus-owner" -> {
                try (BusConnection bus = new BusConnection(socket)) {
                    System.out.println(bus.name());
                    String caller = in.readLine();
                    while (caller != null) {
                        bus.answer(bus.nextCall(), caller);
                    }
                }
            }
            case "bus-caller" -> {
                try (BusConnection bus = new BusConnection(socket)) {
                    System.out.println(bus.name());
                    serve(in, (inFlight, nanos) -> bus.calls(arguments[2], inFlight, nanos));
                }
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void serve(BufferedReader in, Runner runner) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            Sample sample = runner.run(Integer.parseInt(words[0]), Long.parseLong(words[1]));
            StringJoiner numbers = new StringJoiner(" ");
            numbers.add(Long.toString(sample.operations())).add(Long.toString(sample.nanos()));
            for (long latency : sample.latencies()) {
                numbers.add(Long.toString(latency));
            }
            System.out.println(numbers);
        }
    }
}
