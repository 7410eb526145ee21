package io.armature.backend.api.testing;

import io.armature.backend.api.DeviceAccounts;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Accounts of a broker that nobody can reach, in memory. */
public final class MemoryAccounts implements DeviceAccounts {

    private static final String SERVER_PASSWORD = "password-of-the-server";

    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private volatile boolean failing;

    /** From now on no account can be stored, or any. */
    public void failing(boolean value) {
        failing = value;
    }

    /** Whether the password opens the user's account. */
    public boolean opens(String user, String password) {
        return user.equals(SERVER_USER)
                ? password.equals(SERVER_PASSWORD)
                : password.equals(passwords.get(user));
    }

    @Override
    public URI url() {
        return URI.create("tcp://127.0.0.1:1");
    }

    @Override
    public String serverPassword() {
        return SERVER_PASSWORD;
    }

    @Override
    public String enroll(String deviceId) throws IOException {
        if (!deviceId.matches("[A-Za-z0-9_-]{1,64}") || deviceId.equals(SERVER_USER)) {
            throw new IllegalArgumentException("'" + deviceId + "' is no device id");
        }
        if (failing) {
            throw new IOException("disk on fire");
        }
        return passwords.merge(deviceId, "secret-of-" + deviceId, (old, first) -> old + "-again");
    }

    @Override
    public boolean isEnrolled(String deviceId) {
        return passwords.containsKey(deviceId);
    }
}
