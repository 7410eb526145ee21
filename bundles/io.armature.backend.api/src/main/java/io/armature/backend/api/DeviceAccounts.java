package io.armature.backend.api;

import java.io.IOException;
import java.net.URI;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The accounts of the backend's broker. The broker publishes this service once it accepts
 * connections and withdraws it when it stops, so a reference to it also means "the broker is up".
 *
 * <p>Before it is published, {@code run/armature/broker.url} and {@code
 * var/lib/armature/broker/server-password} (mode 0600) are written. Any thread may call this.
 */
@ProviderType
public interface DeviceAccounts {

    /** The user name of the reporting server at the broker. */
    String SERVER_USER = "server";

    /** Where clients connect, for example {@code tcp://127.0.0.1:1883}. */
    URI url();

    /** The password of {@link #SERVER_USER}, as the file has it without its newline. */
    String serverPassword();

    /**
     * Creates the device's account, or replaces its password if there is one. When this returns,
     * the account is durable and usable; an earlier password no longer opens a connection.
     *
     * @param deviceId user name of the device: 1 to 64 characters of {@code [A-Za-z0-9_-]}
     * @return the new password, printable ASCII; only its salted hash is kept
     * @throws IllegalArgumentException if the id is malformed or {@link #SERVER_USER}
     * @throws IOException if the account could not be stored; nothing has changed
     */
    String enroll(String deviceId) throws IOException;

    /** Whether there is an account of that device; false for {@link #SERVER_USER}. */
    boolean isEnrolled(String deviceId);
}
