package io.armature.control.dispatch;

import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for tests. */
public final class TestCommands {

    private TestCommands() {}

    /** An entry that is always there. */
    public static CommandEntry entry(Command command) {
        return new CommandEntry() {
            @Override
            public Optional<Command> acquire() {
                return Optional.of(command);
            }

            @Override
            public void release() {}
        };
    }

    /** Prints its arguments and where it was called. */
    @CommandLine.Command(description = "Prints what it is given.")
    public static final class Echo implements Callable<Integer> {

        private final Terminal terminal;

        @Parameters String[] words = {};

        @Option(names = "--code", description = "Exit code.")
        int code;

        @Option(names = "--fail")
        String fail;

        @Option(names = "--break")
        boolean broken;

        public Echo(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            if (fail != null) {
                throw new CommandFailure(ExitCode.FAILED, fail);
            }
            if (broken) {
                throw new IllegalStateException("boom\nsecond line");
            }
            terminal.out().println(String.join(" ", words) + " @" + terminal.directory());
            return code;
        }
    }

    /** Copies standard input to standard output, line by line. */
    @CommandLine.Command(description = "Copies.")
    public static final class Cat implements Callable<Integer> {

        private final Terminal terminal;

        public Cat(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                terminal.out().println(line);
            }
            return 0;
        }
    }

    /** Writes until its caller has gone. */
    @CommandLine.Command(description = "Writes for ever.")
    public static final class Flood implements Callable<Integer> {

        private final Terminal terminal;

        public Flood(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            byte[] bytes = new byte[100_000];
            while (!terminal.gone()) {
                terminal.out().write(bytes, 0, bytes.length);
            }
            return 0;
        }
    }

    /** Says that it runs, then waits to be let go or interrupted. */
    @CommandLine.Command(description = "Waits.")
    public static final class Hold implements Callable<Integer> {

        private final Terminal terminal;
        private final CountDownLatch release;

        public Hold(Terminal terminal, CountDownLatch release) {
            this.terminal = terminal;
            this.release = release;
        }

        @Override
        public Integer call() throws InterruptedException {
            terminal.out().println("holding");
            release.await();
            terminal.out().println("released");
            return 0;
        }
    }
}
