package io.armature.dbus.wire.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A dbus-daemon with the policy that is shipped and users of its own: it sees other files of users
 * and groups than the machine has. The policy's owner is whoever runs the tests.
 */
public final class PrivateBus implements AutoCloseable {

    /** Users that only this bus knows, and their numbers. */
    public static final Map<String, Long> USERS =
            new TreeMap<>(
                    Map.of(
                            "sender",
                            61_001L,
                            "secagentd",
                            61_002L,
                            "chronos",
                            61_003L,
                            "stranger",
                            61_004L));

    public static final long SENDERS_GROUP = 61_000;
    public static final long WAIT_SECONDS = 30;

    private static final Path DAEMON = Path.of("/usr/bin/dbus-daemon");
    private static final Path POLICY =
            Path.of("features/dbus/reporting-dbus/org.chromium.Missived.conf");

    private static final String CONFIGURATION =
            """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>system</type>
              <listen>unix:path=%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow user="*"/>
                <deny own="*"/>
                <deny send_type="method_call"/>
                <allow send_type="signal"/>
                <allow send_requested_reply="true" send_type="method_return"/>
                <allow send_requested_reply="true" send_type="error"/>
                <allow receive_type="method_call"/>
                <allow receive_type="method_return"/>
                <allow receive_type="error"/>
                <allow receive_type="signal"/>
                <allow send_destination="org.freedesktop.DBus"
                       send_interface="org.freedesktop.DBus"/>
              </policy>
              <!-- the browser's own file, in the original -->
              <policy user="chronos">
                <allow own="org.chromium.ChromeReportingService"/>
              </policy>
              <include>%s</include>
              %s
            </busconfig>
            """;

    private final Path folder;
    private final Path socket;
    private Process daemon;

    private PrivateBus(String more) throws IOException {
        this.folder =
                Files.createTempDirectory(
                        "bus",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-xr-x")));
        this.socket = folder.resolve("s");
        Files.writeString(
                folder.resolve("bus.conf"), CONFIGURATION.formatted(socket, policy(), more));
        long own = own();
        StringBuilder users = new StringBuilder("missived:x:" + own + ":" + own + "::/:/\n");
        StringBuilder groups = new StringBuilder();
        USERS.forEach(
                (name, number) -> {
                    users.append(name + ":x:" + number + ":" + number + "::/:/\n");
                    groups.append(name + ":x:" + number + ":\n");
                });
        groups.append("missived_senders:x:" + SENDERS_GROUP + ":sender,secagentd\n");
        Files.writeString(folder.resolve("passwd"), users);
        Files.writeString(folder.resolve("group"), groups);
    }

    /** The shipped policy, in the checkout around this folder. */
    private static Path policy() {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            if (Files.exists(up.resolve(POLICY))) {
                return up.resolve(POLICY);
            }
        }
        throw new IllegalStateException("no " + POLICY + " around this folder");
    }

    /** A bus that runs; the test is skipped where there can be none. */
    public static PrivateBus start() throws IOException {
        return start("");
    }

    /**
     * As {@link #start()}.
     *
     * @param more elements of its configuration
     */
    public static PrivateBus start(String more) throws IOException {
        skipWithout(Files.isExecutable(DAEMON), "dbus-daemon is not installed");
        skipWithout(own() == 0, "users of its own need root");
        PrivateBus bus = new PrivateBus(more);
        bus.run();
        return bus;
    }

    /** A bus that is not there yet; see {@link #run}. */
    public static PrivateBus later() throws IOException {
        PrivateBus bus = start();
        bus.end();
        return bus;
    }

    static void skipWithout(boolean condition, String reason) {
        if (!condition) {
            System.out.println("SKIPPED D-Bus tests: " + reason);
        }
        assumeTrue(condition, reason);
    }

    private static long own() throws IOException {
        return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    }

    /** Starts the daemon, again. */
    public void run() throws IOException {
        Files.deleteIfExists(socket);
        daemon =
                new ProcessBuilder(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$0/passwd\" /etc/passwd"
                                        + " && mount --bind \"$0/group\" /etc/group"
                                        + " && exec dbus-daemon --nofork --nopidfile --nosyslog"
                                        + " --print-address --config-file=\"$0/bus.conf\"",
                                folder.toString())
                        .redirectError(folder.resolve("bus.log").toFile())
                        .start();
        String address = daemon.inputReader().readLine();
        skipWithout(
                address != null || !Files.readString(folder.resolve("bus.log")).contains("mount"),
                "this machine lets nobody mount");
        if (address == null) {
            throw new IOException(Files.readString(folder.resolve("bus.log")));
        }
    }

    /** Ends the daemon; every connection is lost. */
    public void end() {
        daemon.destroyForcibly().onExit().join();
    }

    public String address() {
        return "unix:path=" + socket;
    }

    public Path socket() {
        return socket;
    }

    public Path users() {
        return folder.resolve("passwd");
    }

    /** Runs a program as that user, with the groups that he has on this bus. */
    public Process run(String user, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(List.of("setpriv"));
        long number = USERS.getOrDefault(user, 0L);
        all.add("--reuid=" + number);
        all.add("--regid=" + number);
        all.add(sends(user) ? "--groups=" + SENDERS_GROUP : "--clear-groups");
        all.addAll(command);
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }

    /** Whether he is in the group of senders. */
    public static boolean sends(String user) {
        return Set.of("sender", "secagentd").contains(user);
    }

    /** What busctl says to one call, as that user; a refusal stands there, too. */
    public String busctl(String user, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("busctl", "--address=" + address()));
        command.addAll(List.of(arguments));
        Process busctl = run(user, command);
        String said = new String(busctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!busctl.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            busctl.destroyForcibly();
            throw new IOException("busctl does not end: " + said);
        }
        return said.strip();
    }

    @Override
    public void close() throws IOException {
        end();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(
                            file -> {
                                try {
                                    Files.delete(file);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
    }
}
