package io.armature.itest.guest;

import java.io.IOException;
import java.util.List;

/**
 * A network card {@code eth0} in a network of this machine alone. A connection to the port on the
 * loopback address reaches the guest's port; what the guest connects to at {@link #HOST} reaches
 * the loopback address.
 *
 * @param port on this machine
 * @param guestPort in the guest
 */
public record GuestNetwork(int port, int guestPort) implements GuestDevice {

    /** This machine as the guest sees it. */
    public static final String HOST = "10.0.2.2";

    /** The program that shapes what is sent; the shell has a lesser one of that name. */
    public static final String TC = "/opt/tc";

    private static final String ADDRESS = "10.0.2.15/24";

    private static final List<String> DRIVERS =
            List.of("failover", "net_failover", "virtio_net", "sch_netem");

    /** Adds drivers and {@link #TC} to what a guest starts with. */
    public static RootFiles addDrivers(RootFiles files) throws IOException {
        files.program(GuestParts.found("tc").orElseThrow(), TC);
        return KernelModules.add(KernelModules.add(files, KernelModules.BUS), DRIVERS);
    }

    @Override
    public List<String> arguments() {
        return List.of(
                "-netdev",
                "user,id=net,hostfwd=tcp:127.0.0.1:" + port + "-:" + guestPort,
                "-device",
                "virtio-net-pci,netdev=net,romfile=");
    }

    @Override
    public void reset() {
        // the port is free again once the emulator has ended
    }

    @Override
    public void load(Guest guest) throws IOException, InterruptedException {
        KernelModules.load(guest, KernelModules.BUS);
        KernelModules.load(guest, DRIVERS);
        guest.run("ip address add " + ADDRESS + " dev eth0 && ip link set eth0 up").ok();
    }
}
