package io.armature.platform.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Who this device is and what it runs. Values never change while the framework runs. Any thread may
 * call this.
 */
@ProviderType
public interface DeviceIdentity {

    /**
     * Random, made at first start, durable in {@code var/lib/armature/device-id}, overridden by
     * {@code etc/armature/device-id}: 1 to 64 characters of {@code [A-Za-z0-9_-]}, fit for a topic
     * level.
     */
    String deviceId();

    /** The kernel's {@code /proc/sys/kernel/random/boot_id}; {@code unknown} if it tells none. */
    String bootId();

    /** Version of the image, for example {@code 0.1.0}; {@code 0.0.0} without the launcher. */
    String version();

    /** Lower-case hex SHA-256 of the slot's lock; empty without the launcher. */
    String lockDigest();
}
