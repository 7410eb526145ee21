package io.armature.services.commands;

import io.armature.services.policy.Finding;
import io.armature.services.policy.GetentUsers;
import io.armature.services.policy.Loaded;
import io.armature.services.policy.PasswdUsers;
import io.armature.services.policy.PolicyLoader;
import io.armature.services.policy.Printable;
import io.armature.services.policy.Users;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code check-policy}: on a device and wherever policy files are written. */
final class PolicyCheck {

    private final Users users;

    PolicyCheck(Users users) {
        this.users = users;
    }

    /** Against the users of this machine. */
    static PolicyCheck ofThisMachine() {
        return new PolicyCheck(new PasswdUsers(Path.of("/etc/passwd")).or(new GetentUsers()));
    }

    /**
     * Reads the directories as a boot would, one after another, and prints every finding.
     *
     * @param given whether somebody named these: then each of them must be there
     * @return whether every file was accepted and no service has two owners
     */
    boolean run(List<Path> directories, boolean given, boolean json, PrintStream out) {
        List<Finding> findings = new ArrayList<>();
        if (given) {
            directories.stream()
                    .filter(Files::notExists)
                    .forEach(directory -> findings.add(absent(directory)));
        }
        boolean there = findings.isEmpty();
        Loaded loaded = PolicyLoader.load(directories, users);
        findings.addAll(loaded.findings());
        boolean sound = there && loaded.sound();
        if (json) {
            out.println(Json.findings(findings));
            return sound;
        }
        findings.forEach(out::println);
        if (sound) {
            int services = loaded.policies().services().size();
            out.println("accepted, " + services + (services == 1 ? " service" : " services"));
        }
        return sound;
    }

    private static Finding absent(Path directory) {
        return new Finding(
                Finding.Severity.ERROR,
                Printable.of(directory.toString()),
                0,
                0,
                "there is no such directory",
                Optional.empty());
    }
}
