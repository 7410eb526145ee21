package io.armature.itest.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM holds at one moment.
 *
 * @param heapBytes in use after a collection of everything
 * @param descriptors open files and sockets
 */
record Vitals(long heapBytes, int descriptors) {

    /** A generation, as {@code GC.heap_info} of the serial collector shows it. */
    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

    /** Collects, then looks. */
    static Vitals of(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
        long heap = 0;
        while (used.find()) {
            heap += Long.parseLong(used.group(1)) << 10;
        }
        if (heap == 0) {
            throw new IOException("GC.heap_info of " + pid + " says nothing that is understood");
        }
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return new Vitals(heap, (int) open.count());
        }
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin/jcmd");
        Process process =
                new ProcessBuilder(List.of(program.toString(), Long.toString(pid), command))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }
}
