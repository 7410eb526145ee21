package io.armature.backend.reporting.link;

import java.net.URI;
import java.util.Objects;

/**
 * Where uploads come from.
 *
 * @param sharedGroup servers that share the uploads among them; empty: this one takes all
 */
public record Broker(URI url, String user, String password, String sharedGroup) {

    public Broker {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        if (!sharedGroup.matches("[A-Za-z0-9_-]{0,64}")) {
            throw new IllegalArgumentException("shared_group is malformed: " + sharedGroup);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + url;
    }
}
