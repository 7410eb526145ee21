package io.armature.services.commands;

import io.armature.control.api.Terminal;
import io.armature.services.policy.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The flags of the original manager's program, with its exit codes. The manager itself runs in the
 * device, so that nothing but checking and help is left to do.
 */
final class OriginalFlags {

    static final int UNKNOWN_FLAG = 64;
    static final int MALFORMED_VALUE = 65;

    private static final Set<String> TRUE = Set.of("true", "1", "t", "y", "yes");
    private static final Set<String> FALSE = Set.of("false", "0", "f", "n", "no");

    private final Terminal terminal;
    private boolean check;
    private boolean help;

    OriginalFlags(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Does what the flags say.
     *
     * @param directories asked only where they are read
     */
    int run(List<String> flags, Supplier<List<Path>> directories) {
        for (String flag : flags) {
            int code = take(flag);
            if (code != 0) {
                return code;
            }
        }
        if (help) {
            terminal.out().println("--check_policy      reads the policy files, ends with 0 or 1");
            terminal.out().println("--permissive        a device has a setting for it");
            terminal.out().println("--log_level=NUMBER  0 info, 1 warning, 2 error; not used");
            return 0;
        }
        if (check) {
            boolean sound =
                    PolicyCheck.ofThisMachine()
                            .run(directories.get(), false, false, terminal.err());
            return sound ? 0 : 1;
        }
        terminal.err()
                .println(
                        "armature: the service manager runs in the device; to refuse nothing set"
                                + " permissive of io.armature.services");
        return 1;
    }

    private int take(String flag) {
        String word = flag.replaceFirst("^--?", "");
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "true" : word.substring(equals + 1);
        switch (name) {
            case "help", "h":
                help |= TRUE.contains(value);
                return bool(flag, value);
            case "check_policy":
                check = TRUE.contains(value);
                return bool(flag, value);
            case "permissive":
                return bool(flag, value);
            case "log_level":
                return value.matches("-?[0-9]{1,9}") && equals >= 0
                        ? 0
                        : refuse(MALFORMED_VALUE, "malformed value in " + flag);
            default:
                return refuse(UNKNOWN_FLAG, "unknown flag " + flag);
        }
    }

    private int bool(String flag, String value) {
        return TRUE.contains(value) || FALSE.contains(value)
                ? 0
                : refuse(MALFORMED_VALUE, "malformed value in " + flag);
    }

    private int refuse(int code, String reason) {
        terminal.err().println("armature: " + Printable.of(reason));
        return code;
    }
}
