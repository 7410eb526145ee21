package io.armature.reporting.seal;

import java.util.Arrays;

/**
 * The server's public key that records are sealed for.
 *
 * @param publicKey X25519, 32 bytes
 * @param id the server's name for it
 */
record ServerKey(byte[] publicKey, int id) {

    static final int SIZE_BYTES = 32;

    ServerKey {
        if (publicKey.length != SIZE_BYTES) {
            throw new IllegalArgumentException(
                    "public key must have 32 bytes, had " + publicKey.length);
        }
        publicKey = publicKey.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerKey that
                && id == that.id
                && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(publicKey) + id;
    }

    /** The id only: keys are never printed. */
    @Override
    public String toString() {
        return "ServerKey[id=" + id + "]";
    }
}
