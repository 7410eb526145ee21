package io.armature.itest.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small Linux in a virtual machine of two processors, or of one if it has devices, emulated, so
 * that it runs anywhere. Any thread may start commands in it.
 */
public final class Guest implements AutoCloseable {

    private static final int STARTS = 3;
    private static final long START_SECONDS = 120;
    private static final int CONSOLE_LINES = 40;
    private static final int OUTPUT = ':';
    private static final int STATUS = '=';

    private final Path console;
    private final Process machine;
    private final Writer port;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicInteger started = new AtomicInteger();
    private final Map<Integer, GuestProcess> processes = new ConcurrentHashMap<>();
    private final Thread reader = new Thread(this::read, "guest-port");
    private final Thread end;
    private volatile boolean obeys;

    /**
     * What is to run.
     *
     * @param files archive that {@link RootFiles#write} made
     * @param kernelArguments beside the usual ones
     * @param memoryMegabytes the files count, too
     * @param limit after which the guest switches itself off
     * @param devices that it has besides
     */
    public record Plan(
            Path files,
            List<String> kernelArguments,
            int memoryMegabytes,
            Duration limit,
            List<GuestDevice> devices) {

        /** Copies the lists. */
        public Plan {
            kernelArguments = List.copyOf(kernelArguments);
            devices = List.copyOf(devices);
        }

        /** One that lives in its memory. */
        public Plan(Path files, List<String> kernelArguments, int memoryMegabytes, Duration limit) {
            this(files, kernelArguments, memoryMegabytes, limit, List.of());
        }
    }

    private Guest(Plan plan, Path folder) throws IOException {
        console = folder.resolve("console.log");
        machine =
                new ProcessBuilder(command(plan))
                        .redirectError(folder.resolve("machine.log").toFile())
                        .start();
        end = new Thread(machine::destroyForcibly, "guest-end");
        Runtime.getRuntime().addShutdownHook(end);
        port = machine.outputWriter(StandardCharsets.UTF_8);
        reader.start();
    }

    /**
     * Waits until it obeys and uses its devices. An emulated machine may stop for ever while it
     * starts; then another one is started, a few times, and the output says so.
     *
     * @param folder for {@code console.log}, the kernel's messages
     */
    public static Guest start(Plan plan, Path folder) throws IOException, InterruptedException {
        for (int start = 1; ; start++) {
            for (GuestDevice device : plan.devices()) {
                device.reset();
            }
            Guest guest = new Guest(plan, folder);
            boolean up = false;
            try {
                guest.awaitReady(folder);
                for (GuestDevice device : plan.devices()) {
                    device.load(guest);
                }
                up = true;
                return guest;
            } catch (NoAnswer e) {
                System.out.printf(
                        "Guest: start %d of %d failed: %s%n", start, STARTS, e.getMessage());
                if (start == STARTS) {
                    throw e;
                }
            } finally {
                if (!up) {
                    guest.close();
                }
            }
        }
    }

    private void awaitReady(Path folder) throws IOException, InterruptedException {
        if (!ready.await(START_SECONDS, TimeUnit.SECONDS) || !obeys) {
            String errors = Files.readString(folder.resolve("machine.log"));
            throw new NoAnswer("no guest:\n" + errors + console());
        }
    }

    private List<String> command(Plan plan) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("console=ttyS0", "panic=-1", "loglevel=4"));
        // Where others have the processors, the emulated timer is late, and the kernel gives up.
        arguments.add("no_timer_check");
        arguments.add("guest_seconds=" + plan.limit().toSeconds());
        arguments.addAll(plan.kernelArguments());
        List<String> command = new ArrayList<>(List.of(GuestParts.MACHINE));
        // Kernels see hardware acceleration that then does not work; emulation always does.
        command.addAll(List.of("-M", "pc", "-accel", "tcg,thread=multi", "-cpu", "max"));
        // To load a driver, two processors wait for each other's timers, which may be very late.
        command.addAll(List.of("-smp", plan.devices().isEmpty() ? "2" : "1"));
        command.addAll(List.of("-m", Integer.toString(plan.memoryMegabytes())));
        command.addAll(List.of("-nodefaults", "-no-reboot", "-display", "none"));
        command.addAll(List.of("-serial", "file:" + console));
        command.addAll(List.of("-chardev", "stdio,id=port,signal=off", "-serial", "chardev:port"));
        command.addAll(List.of("-kernel", GuestParts.kernel().toString()));
        command.addAll(List.of("-initrd", plan.files().toString()));
        command.addAll(List.of("-append", String.join(" ", arguments)));
        plan.devices().forEach(device -> command.addAll(device.arguments()));
        return command;
    }

    private void read() {
        try (BufferedReader lines = machine.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                understand(line);
            }
        } catch (IOException e) {
            // the machine was ended: what waits is told below
        }
        processes.values().forEach(process -> process.hear(new GuestProcess.Said.Gone()));
        ready.countDown();
    }

    private void understand(String line) {
        if (line.equals("ready")) {
            obeys = true;
            ready.countDown();
            return;
        }
        int digits = 0;
        while (digits < line.length() && Character.isDigit(line.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits == line.length()) {
            return; // the firmware greets here, too
        }
        GuestProcess process = processes.get(Integer.parseInt(line.substring(0, digits)));
        String rest = line.substring(digits + 1);
        if (line.charAt(digits) == OUTPUT) {
            process.hear(new GuestProcess.Said.Line(rest));
        } else if (line.charAt(digits) == STATUS) {
            process.hear(new GuestProcess.Said.End(Integer.parseInt(rest)));
        }
    }

    synchronized void send(String line) throws IOException {
        try {
            port.write(line + "\n");
            port.flush();
        } catch (IOException e) {
            throw new IOException("the guest has ended; console:\n" + console(), e);
        }
    }

    /** Starts a command of the guest's shell, in one line. */
    public GuestProcess begin(String command) throws IOException {
        if (command.contains("\n")) {
            throw new IllegalArgumentException("command must be one line, was " + command);
        }
        int number = started.incrementAndGet();
        GuestProcess process = new GuestProcess(this, number, command);
        processes.put(number, process);
        send("run " + number + " " + command);
        return process;
    }

    /** Runs a command of the guest's shell to its end. */
    public Outcome run(String command) throws IOException, InterruptedException {
        return begin(command).ended();
    }

    /** The end of what the kernel and others wrote to the console. */
    public String console() {
        try {
            List<String> lines = Files.readAllLines(console, StandardCharsets.ISO_8859_1);
            int from = Math.max(0, lines.size() - CONSOLE_LINES);
            return String.join("\n", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "no console: " + e;
        }
    }

    /** Cuts the power: what the guest has not forced to a disk is lost. */
    @Override
    public void close() {
        machine.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(end);
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                machine.waitFor();
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
