package io.armature.platform.api;

import org.osgi.annotation.versioning.ProviderType;

/** Bytes nobody can predict. Any thread may call this. */
@ProviderType
public interface Randomness {

    /**
     * Fills the whole array; does not wait for entropy.
     *
     * @throws java.io.UncheckedIOException if the kernel gives none: the device is broken
     */
    void fill(byte[] target);
}
