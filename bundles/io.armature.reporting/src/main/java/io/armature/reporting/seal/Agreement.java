package io.armature.reporting.seal;

import java.util.Arrays;

/**
 * An agreement with the server's key, good for one record: a symmetric key that only the server can
 * find again, and the ephemeral public key it needs for that. Closing wipes the symmetric key.
 */
final class Agreement implements AutoCloseable {

    static final int KEY_BYTES = 32;

    private final ServerKey serverKey;
    private final byte[] ephemeralPublic;
    private final byte[] key;

    /** Takes both arrays over. */
    Agreement(ServerKey serverKey, byte[] ephemeralPublic, byte[] key) {
        this.serverKey = serverKey;
        this.ephemeralPublic = ephemeralPublic;
        this.key = key;
    }

    ServerKey serverKey() {
        return serverKey;
    }

    /** 32 bytes, not a copy. */
    byte[] ephemeralPublic() {
        return ephemeralPublic;
    }

    /** 32 bytes, not a copy: wiped on close. */
    byte[] key() {
        return key;
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }
}
