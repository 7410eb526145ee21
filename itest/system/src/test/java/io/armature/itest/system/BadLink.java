package io.armature.itest.system;

import io.armature.itest.guest.Guest;
import io.armature.itest.guest.GuestNetwork;
import io.armature.itest.guest.GuestParts;
import io.armature.itest.guest.GuestProcess;
import io.armature.itest.guest.RootFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device's way to the broker through a guest, whose kernel delays, loses, doubles and swaps the
 * packets that it sends on, as Linux's netem is told.
 */
final class BadLink implements AutoCloseable {

    private static final int MEGABYTES = 256;
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int GUEST_PORT = 1883;
    private static final Pattern DROPPED = Pattern.compile("dropped (\\d+)");

    private final Guest guest;
    private final GuestProcess relay;
    private final int port;

    private BadLink(Guest guest, GuestProcess relay, int port) {
        this.guest = guest;
        this.relay = relay;
        this.port = port;
    }

    /** Why there can be none here; empty if there can. */
    static Optional<String> hindrance() {
        return GuestParts.hindrance("tc");
    }

    /**
     * Starts it with a good network.
     *
     * @param broker port on this machine
     * @param folder empty
     */
    static BadLink start(int broker, Path folder) throws Exception {
        RootFiles files = GuestNetwork.addDrivers(RootFiles.bare());
        Path archive = files.write(folder.resolve("files.cpio"));
        int port = free();
        Guest guest =
                Guest.start(
                        new Guest.Plan(
                                archive,
                                List.of(),
                                MEGABYTES,
                                LIMIT,
                                List.of(new GuestNetwork(port, GUEST_PORT))),
                        folder);
        boolean up = false;
        try {
            guest.run(GuestNetwork.TC + " qdisc add dev eth0 root netem").ok();
            guest.run(
                            "echo '#!/bin/sh' >/tmp/on && echo exec nc %s %d >>/tmp/on && chmod +x /tmp/on"
                                    .formatted(GuestNetwork.HOST, broker))
                    .ok();
            BadLink link =
                    new BadLink(
                            guest,
                            guest.begin("exec nc -ll -p " + GUEST_PORT + " -e /tmp/on"),
                            port);
            up = true;
            return link;
        } finally {
            if (!up) {
                guest.close();
            }
        }
    }

    /** One that nobody uses; the emulator cannot be asked which it got. */
    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where the device connects to. */
    int port() {
        return port;
    }

    /** From now on; {@code netem} is what netem is told, nothing for a good network. */
    void becomes(String netem) throws IOException, InterruptedException {
        guest.run(GuestNetwork.TC + " qdisc change dev eth0 root netem " + netem).ok();
    }

    /** Packets that it has lost. */
    long dropped() throws IOException, InterruptedException {
        String text = guest.run(GuestNetwork.TC + " -s qdisc show dev eth0").ok().text();
        Matcher dropped = DROPPED.matcher(text);
        if (!dropped.find()) {
            throw new AssertionError("no count of dropped packets in " + text);
        }
        return Long.parseLong(dropped.group(1));
    }

    @Override
    public void close() {
        try {
            relay.kill();
        } catch (IOException | InterruptedException | AssertionError e) {
            // it ends with the guest
        } finally {
            guest.close();
        }
    }
}
