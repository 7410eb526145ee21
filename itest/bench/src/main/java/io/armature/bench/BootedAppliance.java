package io.armature.bench;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An image installed on a scratch root and started by its own stub, as a device is. */
final class BootedAppliance {

    private static final Logger LOG = LoggerFactory.getLogger(BootedAppliance.class);

    private final Path root;
    private final String jvm;

    /**
     * Installs the image and trains its class archive.
     *
     * @param image folder with {@code opt/armature}
     * @param root made; a short path, because it holds the control socket
     * @param jvm feature version of the JVM to use, for example {@code 17}
     */
    BootedAppliance(Path image, Path root, String jvm) throws IOException {
        this.root = root;
        this.jvm = jvm;
        Files.createDirectories(root);
        Commands.run(List.of("cp", "-a", image + "/.", root.toString()), Map.of());
        Commands.run(List.of(program(), "train", "--root", root.toString()), environment());
    }

    /**
     * As the constructor, for a device: with the keys of a server, as an image brings them. Without
     * them the training would wait for a key.
     */
    static BootedAppliance device(Path image, Path root, String jvm) throws IOException {
        ServerKeys.provision(Files.createDirectories(root.resolve("etc/armature/reporting")));
        return new BootedAppliance(image, root, jvm);
    }

    /** A running appliance; closing it waits for its end. */
    static final class Running implements AutoCloseable {

        private final Process process;
        private final double millis;

        private Running(Process process, double millis) {
            this.process = process;
            this.millis = millis;
        }

        /** From the start of the JVM to the milestone system-services. */
        double millis() {
            return millis;
        }

        /** Waits for 5 s. */
        void idle() {
            BootedProcess.idle();
        }

        /** Megabytes that its JVM has in memory now. */
        double resident() throws IOException {
            return BootedProcess.residentNow(process);
        }

        @Override
        public void close() throws IOException {
            BootedProcess.end(process);
        }
    }

    /** One start to the milestone system-services and 5 s of idleness. */
    BootedProcess.Boot boot() throws IOException {
        try (Running running = start()) {
            running.idle();
            return new BootedProcess.Boot(running.millis(), running.resident());
        }
    }

    /** Starts it; returns when the milestone system-services is reached. */
    Running start() throws IOException {
        Path pipe = root.resolve("bench-phases");
        Files.deleteIfExists(pipe);
        Commands.run(List.of("mkfifo", pipe.toString()), Map.of());
        ProcessBuilder builder = new ProcessBuilder(program(), "device", "--root", root.toString());
        builder.environment().putAll(environment());
        builder.environment().put("ARMATURE_PHASE_PIPE", pipe.toString());
        builder.redirectErrorStream(true).redirectOutput(root.resolve("bench.log").toFile());
        // Open for reading and writing: neither side waits for the other.
        try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw");
                BufferedReader phases = reader(both)) {
            Process process = builder.start();
            boolean up = false;
            try {
                process.onExit().thenRun(() -> wake(both));
                Running running = new Running(process, systemServices(phases));
                up = true;
                return running;
            } finally {
                if (!up) {
                    BootedProcess.end(process);
                }
            }
        }
    }

    /** Runs a command of the running appliance to its end and returns what it printed. */
    String command(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(program(), "--root", root.toString()));
        command.addAll(List.of(words));
        return Commands.printed(command, environment(), root.resolve("bench-command.log"));
    }

    /** A path below its root. */
    Path path(String relative) {
        return root.resolve(relative);
    }

    private double systemServices(BufferedReader phases) throws IOException {
        for (String line = phases.readLine(); line != null; line = phases.readLine()) {
            if (line.startsWith("system-services ")) {
                return Double.parseDouble(line.substring("system-services ".length()));
            }
            if (line.equals("ended")) {
                break;
            }
        }
        throw new IOException("ended early: " + Files.readString(root.resolve("bench.log")));
    }

    private static BufferedReader reader(RandomAccessFile file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(
                        new FileInputStream(file.getFD()), StandardCharsets.US_ASCII));
    }

    private static void wake(RandomAccessFile pipe) {
        try {
            pipe.write("ended\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("nobody reads the phases any more", e);
        }
    }

    private String program() {
        return root.resolve("opt/armature/bin/armature").toString();
    }

    private Map<String, String> environment() {
        return Map.of("ARMATURE_JVM", jvm);
    }
}
