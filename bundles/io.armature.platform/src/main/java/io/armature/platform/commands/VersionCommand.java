package io.armature.platform.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceIdentity;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import picocli.CommandLine.Option;

/** {@code armature version}: what runs. */
@Component
@CommandWord(command = "version", command_model = VersionCommand.Word.class)
public final class VersionCommand implements Command {

    private final DeviceIdentity identity;
    private final String profile;

    @Activate
    public VersionCommand(@Reference DeviceIdentity identity, BundleContext context) {
        this.identity = identity;
        profile = Objects.requireNonNullElse(context.getProperty("armature.profile"), "");
    }

    @Override
    public Object create(Terminal terminal) {
        return new Word(identity, profile, terminal);
    }

    @picocli.CommandLine.Command(
            description = "Prints version, profile and digest of the slot's lock.")
    static final class Word implements Runnable {

        private final DeviceIdentity identity;
        private final String profile;
        private final Terminal terminal;

        @Option(names = "--json", description = "One JSON object.")
        private boolean json;

        Word(DeviceIdentity identity, String profile, Terminal terminal) {
            this.identity = identity;
            this.profile = profile;
            this.terminal = terminal;
        }

        @Override
        public void run() {
            if (json) {
                terminal.out()
                        .println(
                                "{"
                                        + Json.member("version", identity.version())
                                        + ","
                                        + Json.member("profile", profile)
                                        + ","
                                        + Json.member("lock", identity.lockDigest())
                                        + "}");
                return;
            }
            terminal.out()
                    .println(
                            "armature "
                                    + identity.version()
                                    + ", profile "
                                    + profile
                                    + ", lock "
                                    + identity.lockDigest());
        }
    }
}
