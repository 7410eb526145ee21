package io.armature.services.api;

import java.util.Objects;
import java.util.Optional;

/**
 * Who a caller is, as the framework (bundles) or the kernel (processes) says.
 *
 * @param bundle symbolic name, for a bundle of this framework
 * @param label security label (SELinux context, or {@code vm:<name>}), never empty when present
 * @param uid numeric user, 0 to 2^32 - 1; that of this process for a bundle
 * @param gid numeric group, 0 to 2^32 - 1
 * @param pid process, 0 if it is outside the manager's process namespace; never decides anything
 * @param user name of the user, if there is one
 */
public record Identity(
        Optional<String> bundle,
        Optional<String> label,
        long uid,
        long gid,
        int pid,
        Optional<String> user) {

    /** Rejects what is missing, empty or out of range. */
    public Identity {
        Objects.requireNonNull(bundle, "bundle");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(user, "user");
        if (label.isPresent() && label.get().isEmpty()) {
            throw new IllegalArgumentException("label must not be empty when present");
        }
        if (uid < 0 || uid > 0xFFFF_FFFFL || gid < 0 || gid > 0xFFFF_FFFFL || pid < 0) {
            throw new IllegalArgumentException(
                    "uid and gid must be 0 to 4294967295 and pid >= 0, were "
                            + uid
                            + ", "
                            + gid
                            + ", "
                            + pid);
        }
    }

    /** A short text for logs and people: the bundle, the label, or user and process. */
    @Override
    public String toString() {
        if (bundle.isPresent()) {
            return "bundle " + bundle.get();
        }
        String who = user.map(name -> "user " + name).orElse("uid " + uid) + " pid " + pid;
        return label.map(name -> who + " label " + name).orElse(who);
    }
}
