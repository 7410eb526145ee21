package io.armature.platform.api;

import org.osgi.annotation.versioning.ProviderType;

/** Bytes nobody can predict. Any thread may call this. */
@ProviderType
public interface Randomness {

    /** Fills the whole array. */
    void fill(byte[] target);
}
