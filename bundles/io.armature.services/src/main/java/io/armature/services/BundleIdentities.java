package io.armature.services;

import io.armature.services.api.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;

/** Who a bundle is: its symbolic name, within this process. Any thread. */
final class BundleIdentities {

    private final long uid;
    private final long gid;
    private final int pid;
    private final Optional<String> user;
    private final Map<String, Identity> known = new ConcurrentHashMap<>();

    /**
     * @param self {@code /proc/self}, whose owner this process is
     */
    BundleIdentities(Path self) {
        try {
            uid = Integer.toUnsignedLong((Integer) Files.getAttribute(self, "unix:uid"));
            gid = Integer.toUnsignedLong((Integer) Files.getAttribute(self, "unix:gid"));
            user = Optional.of(Files.getOwner(self).getName());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell who this process is", e);
        }
        pid = (int) ProcessHandle.current().pid();
    }

    Identity of(Bundle bundle) {
        String name = bundle.getSymbolicName();
        // A bundle of the oldest kind has no name, so no policy can name it.
        String key = name == null ? "(bundle " + bundle.getBundleId() + ")" : name;
        Identity identity = known.get(key); // no lambda: each boot would link it
        if (identity == null) {
            identity = of(key);
            known.put(key, identity);
        }
        return identity;
    }

    /**
     * @param name symbolic name of a bundle, which need not be installed
     */
    Identity of(String name) {
        return new Identity(Optional.of(name), Optional.empty(), uid, gid, pid, user);
    }
}
