package io.armature.console;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code armature console}. */
@Component
@CommandWord(command = "console", command_model = ConsoleCommand.Call.class)
@SatisfyingConditionTarget(Milestone.BOOT_SERVICES)
public final class ConsoleCommand implements Command {

    private final Path url;

    @Activate
    public ConsoleCommand(@Reference DevicePaths paths) {
        this.url = ConsoleFiles.in(paths.run()).url();
    }

    @Override
    public Object create(Terminal terminal) {
        return new Call(url, terminal);
    }

    @CommandLine.Command(description = "Prints the web console's address.")
    static final class Call implements Callable<Integer> {

        private final Path url;
        private final Terminal terminal;

        @Option(names = "--json", description = "One JSON object.")
        private boolean json;

        Call(Path url, Terminal terminal) {
            this.url = url;
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            try {
                String address = Files.readString(url).trim();
                terminal.out().println(json ? "{\"url\":\"" + address + "\"}" : address);
                return 0;
            } catch (NoSuchFileException e) {
                throw CommandFailure.failed("the console is not served; see 'armature status'");
            }
        }
    }
}
