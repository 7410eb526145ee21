package io.armature.platform.commands;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Phase;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One call of {@code armature status}. */
@Command(description = "Prints phase, identity, uptime and faults of the device.")
final class StatusWord implements Runnable {

    /**
     * What is known without asking anybody.
     *
     * @param nowNanos monotonic clock
     * @param jvmStartNanos monotonic clock
     */
    record Facts(
            DeviceIdentity identity,
            String profile,
            long nowNanos,
            long jvmStartNanos,
            Restarts restarts,
            Instant wall) {}

    private final Facts facts;
    private final BootControl boot;
    private final List<FaultSource> sources;
    private final Terminal terminal;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    /**
     * @param boot null while the conductor is away
     */
    StatusWord(Facts facts, BootControl boot, List<FaultSource> sources, Terminal terminal) {
        this.facts = facts;
        this.boot = boot;
        this.sources = sources;
        this.terminal = terminal;
    }

    @Override
    public void run() {
        List<Fault> faults = faults();
        if (json) {
            terminal.out().println(json(faults));
            return;
        }
        PrintStream out = terminal.out();
        DeviceIdentity identity = facts.identity();
        out.println("phase    " + phase());
        out.println("device   " + identity.deviceId());
        out.println("version  " + identity.version() + ", profile " + facts.profile());
        out.println("lock     " + identity.lockDigest());
        out.println("boot     " + identity.bootId());
        out.println("uptime   " + uptimeSeconds() + " s");
        out.println("restarts " + facts.restarts());
        out.println("time     " + facts.wall());
        out.println("faults   " + (faults.isEmpty() ? "none" : faults.size()));
        for (Fault fault : faults) {
            out.println("  " + fault.source() + ": " + fault.subject() + ": " + fault.reason());
        }
    }

    private long uptimeSeconds() {
        return (facts.nowNanos() - facts.jvmStartNanos()) / 1_000_000_000L;
    }

    private String phase() {
        Phase last = Phase.FRAMEWORK;
        if (boot == null) {
            return "unknown: the conductor is away";
        }
        for (Phase phase : Phase.values()) {
            if (boot.reached(phase).toCompletableFuture().isDone()) {
                last = phase;
            }
        }
        return last.label();
    }

    private List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (FaultSource source : sources) {
            try {
                faults.addAll(source.faults());
            } catch (RuntimeException e) {
                faults.add(new Fault("status", source.getClass().getName(), "failed: " + e));
            }
        }
        return faults;
    }

    private String json(List<Fault> faults) {
        DeviceIdentity identity = facts.identity();
        return "{"
                + String.join(
                        ",",
                        Json.member("phase", phase()),
                        Json.member("device_id", identity.deviceId()),
                        Json.member("version", identity.version()),
                        Json.member("profile", facts.profile()),
                        Json.member("lock", identity.lockDigest()),
                        Json.member("boot_id", identity.bootId()),
                        "\"uptime_s\":" + uptimeSeconds(),
                        facts.restarts().json(),
                        Json.member("time", facts.wall().toString()),
                        "\"faults\":" + Json.faults(faults))
                + "}";
    }
}
