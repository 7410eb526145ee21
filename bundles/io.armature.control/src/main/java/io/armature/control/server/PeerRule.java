package io.armature.control.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Who may control the device: root, the process's own user, and members of one group, by the names
 * that the kernel's peer credentials resolve to.
 *
 * @param owner name of the process's own user
 * @param group name of the group; empty for none
 * @param groups the file of groups, {@code /etc/group}
 */
public record PeerRule(String owner, String group, Path groups) {

    private static final Set<String> ROOT = Set.of("root", "0");

    /** Whether a peer with this user and primary group may go on. */
    public boolean allows(String user, String primaryGroup) {
        return ROOT.contains(user)
                || user.equals(owner)
                || !group.isEmpty() && (group.equals(primaryGroup) || members().contains(user));
    }

    // Read at each call: a new member need not wait for a restart.
    private List<String> members() {
        try {
            for (String line : Files.readAllLines(groups)) {
                String[] fields = line.split(":", -1);
                if (fields.length >= 4 && fields[0].equals(group)) {
                    return List.of(fields[3].split(","));
                }
            }
        } catch (IOException e) {
            return List.of(); // no file of groups: nobody is a member
        }
        return List.of();
    }
}
