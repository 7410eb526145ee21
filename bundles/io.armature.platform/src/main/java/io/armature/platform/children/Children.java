package io.armature.platform.children;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.ProcessLauncher;
import io.armature.platform.api.Randomness;
import io.armature.platform.children.Registrations.Registration;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of this appliance. A process is ours when its pid and its start time are those
 * recorded, so no process that has inherited a pid is ever hit.
 */
final class Children implements ProcessLauncher {

    static final Duration GRACE = Duration.ofSeconds(3);
    static final String MARK = "ARMATURE_CHILD";

    private static final Logger LOG = LoggerFactory.getLogger(Children.class);

    private final Registrations registrations;
    private final ProcessTable table;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final long ownPid = ProcessHandle.current().pid();
    private final long ownStartTicks;
    private final ConcurrentMap<Long, Running> running = new ConcurrentHashMap<>();

    Children(
            Registrations registrations, ProcessTable table, DeviceClock clock, Randomness random) {
        this.registrations = registrations;
        this.table = table;
        this.clock = clock;
        this.randomness = random;
        ownStartTicks = table.startTicks(ownPid).orElse(0);
    }

    /**
     * Takes over the children that an earlier instance of this bundle started in this JVM and ends
     * those of a JVM that is gone.
     */
    void recover() {
        if (registrations.empty()) {
            return;
        }
        try {
            for (Registration r : registrations.all()) {
                recover(r);
            }
            for (String token : registrations.announced()) {
                for (long pid : table.withEnvironment(MARK + "=" + token)) {
                    ProcessHandle.of(pid).ifPresent(this::endLeftOver);
                }
                registrations.withdraw(token);
            }
        } catch (IOException e) {
            LOG.warn("children of an earlier run cannot be read error={}", e.toString());
        }
    }

    private void recover(Registration r) throws IOException {
        OptionalLong start = table.startTicks(r.pid());
        Optional<ProcessHandle> handle = ProcessHandle.of(r.pid());
        if (start.isEmpty() || start.getAsLong() != r.startTicks() || handle.isEmpty()) {
            registrations.remove(r.pid());
        } else if (r.ownerPid() == ownPid && r.ownerStartTicks() == ownStartTicks) {
            watch(handle.get(), handle.get().onExit().thenApply(gone -> -1));
        } else {
            endLeftOver(handle.get());
            registrations.remove(r.pid());
        }
    }

    private void endLeftOver(ProcessHandle process) {
        LOG.warn("left-over child ended pid={}", process.pid());
        end(process);
    }

    @Override
    public Child start(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command must name a program, was empty");
        }
        byte[] random = new byte[12];
        randomness.fill(random);
        String token = HexFormat.of().formatHex(random);
        registrations.announce(token);
        try {
            Process process = builder(command, environment, log, token).start();
            register(process);
            return watch(process.toHandle(), process.onExit().thenApply(Process::exitValue));
        } finally {
            registrations.withdraw(token);
        }
    }

    private static ProcessBuilder builder(
            List<String> command, Map<String, String> environment, Path log, String token) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> target = builder.environment();
        Map<String, String> own = Map.copyOf(target);
        target.clear();
        target.put("PATH", own.getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
        target.put("HOME", own.getOrDefault("HOME", "/"));
        target.put("LANG", own.getOrDefault("LANG", "C.UTF-8"));
        target.putAll(environment);
        target.put(MARK, token);
        return builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
    }

    private void register(Process process) throws IOException {
        try {
            process.getOutputStream().close();
            OptionalLong start = table.startTicks(process.pid());
            if (start.isPresent()) { // else it has ended already
                registrations.add(
                        new Registration(process.pid(), start.getAsLong(), ownPid, ownStartTicks));
            }
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Whoever waits for the child's end is told when it is forgotten, not before. */
    private Child watch(ProcessHandle process, CompletableFuture<Integer> status) {
        Running child = new Running(process);
        running.put(child.pid(), child);
        status.thenAccept(
                value -> {
                    forget(child);
                    child.exit.complete(value);
                });
        return child;
    }

    private void forget(Running child) {
        running.remove(child.pid(), child);
        try {
            registrations.remove(child.pid());
        } catch (IOException e) {
            LOG.warn("child cannot be forgotten pid={} error={}", child.pid(), e);
        }
    }

    @Override
    public Optional<Child> running(long pid) {
        return Optional.ofNullable(running.get(pid));
    }

    private void end(ProcessHandle process) {
        List<ProcessHandle> family = family(process);
        family.forEach(ProcessHandle::destroy);
        clock.after(GRACE, Runnable::run, () -> family.forEach(ProcessHandle::destroyForcibly));
    }

    /** The process and all that it has started: they would outlive it. */
    private static List<ProcessHandle> family(ProcessHandle process) {
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            return Stream.concat(Stream.of(process), descendants).toList();
        }
    }

    /** Ends every child and waits for it: after the grace time by force. */
    void endAll() {
        List<ProcessHandle> all = new ArrayList<>();
        running.values().forEach(child -> all.addAll(family(child.process)));
        all.forEach(ProcessHandle::destroy);
        CompletableFuture<?>[] exits =
                all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(exits).get(GRACE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("children did not end in time");
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** One child. */
    private final class Running implements Child {
        private final ProcessHandle process;
        private final CompletableFuture<Integer> exit = new CompletableFuture<>();

        Running(ProcessHandle process) {
            this.process = process;
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public CompletionStage<Integer> exit() {
            return exit.copy();
        }

        @Override
        public void stop() {
            end(process);
        }
    }
}
