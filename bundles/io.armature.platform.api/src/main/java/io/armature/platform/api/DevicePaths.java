package io.armature.platform.api;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Every path of the device, under one root ({@code /} on a real device). Paths are absolute;
 * directories exist. Any thread may call this; the answers do not change while the framework runs.
 */
@ProviderType
public interface DevicePaths {

    /** The root itself. */
    Path root();

    /** {@code etc/armature}: configuration, keys, policies; read only for the appliance. */
    Path configuration();

    /**
     * {@code run/armature}: sockets, lock, console address, boot.json; empty at every boot of the
     * machine.
     */
    Path run();

    /** {@code run/bootstat}: one file per boot event. */
    Path bootstat();

    /** {@code var/lib/armature}: durable state that outlives updates. */
    Path state();

    /** {@code var/cache/armature}: what can be made again. */
    Path cache();

    /** {@code var/log/armature}: rotated, capped logs. */
    Path log();

    /** {@code var/spool/reporting}: queues of records. */
    Path reportingSpool();

    /** The slot that runs: lock, profile, launcher and bundles. */
    Path slot();
}
