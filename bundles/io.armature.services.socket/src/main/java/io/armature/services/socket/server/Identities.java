package io.armature.services.socket.server;

import io.armature.services.api.Identity;
import io.armature.services.wire.Credentials;
import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Who connected, as the kernel says. */
final class Identities {

    private final UserNames users;

    /**
     * @param passwd names of users, {@code /etc/passwd}
     */
    Identities(Path passwd) {
        this.users = new UserNames(passwd);
    }

    /** What the kernel tells of a peer. */
    interface Kernel {
        /** User, group and process. */
        Credentials credentials() throws IOException;

        /** Absent: none, or an empty one. */
        Optional<String> label() throws IOException;

        static Kernel of(Descriptor accepted) {
            return new Kernel() {
                @Override
                public Credentials credentials() throws IOException {
                    return accepted.credentials();
                }

                @Override
                public Optional<String> label() throws IOException {
                    return accepted.label();
                }
            };
        }
    }

    /**
     * Who it is.
     *
     * @param labelNeeded whether a policy names labels: then a peer has one or is refused
     * @throws IOException one line why the peer is refused
     */
    Identity of(Kernel kernel, boolean labelNeeded) throws IOException {
        Credentials who = kernel.credentials();
        Optional<String> label = kernel.label();
        if (label.isEmpty() && labelNeeded) {
            throw new IOException("this peer has no security label, and a policy needs one");
        }
        if (label.filter(text -> text.startsWith("vm:")).isPresent()) {
            throw new IOException("a security label must not begin with vm:");
        }
        return new Identity(
                Optional.empty(),
                label,
                who.uid(),
                who.gid(),
                Math.max(0, who.pid()),
                users.of(who.uid()));
    }
}
