package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The same stores where each force takes longer, as on an SD card: strace holds every fsync,
 * fdatasync and msync of a process of its own up, whoever makes it.
 */
final class SlowDisk {

    private static final int RECORD_BYTES = 512;
    private static final String CALLS = "fsync,fdatasync,msync,sync_file_range";

    private final Path work;
    private final int forceMillis;
    private final double seconds;
    private final int pool;

    /**
     * @param forceMillis what is added to each force
     * @param seconds length of a run
     */
    SlowDisk(Path work, int forceMillis, double seconds, int pool) {
        this.work = work;
        this.forceMillis = forceMillis;
        this.seconds = seconds;
        this.pool = pool;
    }

    void run(PrintStream out) throws IOException {
        out.printf("%nEach force takes %d ms longer (held up by strace).%n", forceMillis);
        Optional<String> hindrance = TracedThreads.hindrance();
        if (hindrance.isPresent()) {
            out.println("\nNot measured: " + hindrance.get() + ".");
            return;
        }
        List<String> command = new ArrayList<>();
        command.addAll(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"));
        command.addAll(List.of("-e", "trace=" + CALLS));
        command.addAll(List.of("-e", "inject=" + CALLS + ":delay_enter=" + forceMillis * 1000));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(SlowDisk.class.getName(), work.toString()));
        command.addAll(List.of(Double.toString(seconds), Integer.toString(pool)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var lines = process.inputReader()) {
            lines.lines().forEach(out::println);
            if (process.waitFor() != 0) {
                throw new IOException("the traced process ended with " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** In the traced process: folder, seconds of a run, agreements that are ready. */
    public static void main(String[] arguments) throws IOException {
        Path work = Path.of(arguments[0]);
        long nanos = (long) (Double.parseDouble(arguments[1]) * 1e9);
        Matrix matrix = new Matrix(work, RECORD_BYTES, Integer.parseInt(arguments[2]));
        matrix.warm(nanos / 4);
        matrix.round(nanos);
        matrix.print(System.out);
        System.out.flush();
        System.exit(0); // whatever threads a peer left
    }
}
