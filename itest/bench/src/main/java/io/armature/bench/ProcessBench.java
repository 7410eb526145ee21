package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * One process that owns, one that requests, and the manager in the appliance, with the device's own
 * flags, beside two processes at a private dbus-daemon.
 */
final class ProcessBench implements ServicesBench.ServicesPart {

    private static final int IN_FLIGHT = 64;
    private static final String POLICY = "etc/mojo/service_manager/policy/Measured.jsonc";
    private static final String SOCKET = "run/mojo/service_manager.sock";

    private final Path work;
    private final Path image;
    private final String jvm;
    private final long nanos;
    private final Series flight =
            new Series("request → owner's first message by the pipe, 64 in flight");
    private final Series waiting =
            new Series("request → owner's first message by the pipe, one waiting caller");
    private final Series busFlight =
            new Series("peer: dbus-daemon, call → another process's answer, 64 in flight");
    private final Series busWaiting =
            new Series("peer: dbus-daemon, call → another process's answer, one waiting caller");
    private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();
    private Optional<PeerProcess> requester = Optional.empty();
    private Optional<PeerProcess> caller = Optional.empty();

    /**
     * @param image of a device
     * @param jvm feature version of the JVM to run it on
     * @param nanos length of a run
     */
    ProcessBench(Path work, Path image, String jvm, long nanos) {
        this.work = work;
        this.image = image;
        this.jvm = jvm;
        this.nanos = nanos;
    }

    @Override
    public void open() throws IOException {
        BootedAppliance appliance = BootedAppliance.device(image, work.resolve("p"), jvm);
        Path policy = appliance.path(POLICY);
        Files.createDirectories(policy.getParent());
        String me = Files.getOwner(Path.of("/proc/self")).getName();
        Files.writeString(
                policy,
                "[{\"user\": \"%s\", \"own\": [\"Measured\"], \"request\": [\"Measured\"]}]"
                        .formatted(me));
        open.push(appliance.start());
        String socket = appliance.path(SOCKET).toString();
        open.push(new PeerProcess("owner", socket));
        requester = Optional.of(new PeerProcess("requester", socket));
        open.push(requester.get());
        if (MessageBus.missing().isEmpty()) {
            MessageBus.Daemon daemon = new MessageBus.Daemon(work);
            open.push(daemon);
            PeerProcess answering = new PeerProcess("bus-owner", daemon.socket().toString());
            open.push(answering);
            PeerProcess calling =
                    new PeerProcess("bus-caller", daemon.socket().toString(), answering.told());
            open.push(calling);
            answering.tell(calling.told());
            caller = Optional.of(calling);
        }
    }

    @Override
    public void round(boolean counted) throws IOException {
        Sample many = requester.orElseThrow().run(IN_FLIGHT, nanos);
        Sample one = requester.orElseThrow().run(1, nanos);
        if (counted) {
            flight.add(many);
            waiting.add(one);
        }
        if (caller.isPresent()) {
            Sample busMany = caller.get().run(IN_FLIGHT, nanos);
            Sample busOne = caller.get().run(1, nanos);
            if (counted) {
                busFlight.add(busMany);
                busWaiting.add(busOne);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            while (!open.isEmpty()) {
                open.pop().close();
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) { // AutoCloseable's signature; ours throw nothing else
            throw new IOException(e);
        } finally {
            BootPeers.delete(work.resolve("p"));
        }
    }

    @Override
    public void print(PrintStream out) {
        out.println(
                "\n| owner, requester and appliance, a process each | /s | least – most | p50 µs |"
                        + " p99 µs | p99.9 µs |");
        out.println("|---|---:|---:|---:|---:|---:|");
        List<Series> ours = List.of(flight, waiting);
        List<Series> peers = caller.isPresent() ? List.of(busFlight, busWaiting) : List.of();
        ours.forEach(row -> out.println(row.row()));
        peers.forEach(row -> out.println(row.row()));
    }

    @Override
    public void budgets(Budgets budgets) {
        // SocketBench is held to them; these rows say what is left of it between processes.
    }
}
