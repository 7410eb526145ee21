package io.armature.boot.application;

import io.armature.platform.api.ProcessLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Children that run nothing and end when the test, or their owner, says so. */
final class FakeLauncher implements ProcessLauncher {

    private static final int TERMINATED = 143;
    private static final long FIRST_PID = 1L << 40; // no kernel gives such a one

    private final List<FakeChild> children = new ArrayList<>();
    private final List<Map<String, String>> environments = new ArrayList<>();
    private boolean failing;

    /** From now on no program can be started, or any. */
    void failing(boolean value) {
        failing = value;
    }

    /** All that were started, the ended ones too. */
    List<FakeChild> children() {
        return children;
    }

    FakeChild last() {
        return children.get(children.size() - 1);
    }

    /** The token that the last child was given. */
    String token() {
        return environments.get(environments.size() - 1).get(ApplicationToken.VARIABLE);
    }

    @Override
    public Child start(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command must name a program, was empty");
        }
        Objects.requireNonNull(log, "log");
        Map<String, String> given = Map.copyOf(environment);
        if (failing) {
            throw new IOException("no such file");
        }
        environments.add(given);
        children.add(new FakeChild(FIRST_PID + children.size()));
        return last();
    }

    @Override
    public Optional<Child> running(long pid) {
        return children.stream()
                .filter(child -> child.pid == pid && !child.exit.isDone())
                .map(child -> (Child) child)
                .findFirst();
    }

    /** One of them. */
    static final class FakeChild implements Child {
        private final long pid;
        private final CompletableFuture<Integer> exit = new CompletableFuture<>();
        private boolean stopped;

        FakeChild(long pid) {
            this.pid = pid;
        }

        /** Ends by itself. */
        void end(int status) {
            exit.complete(status);
        }

        /** Whether its owner has stopped it. */
        boolean stopped() {
            return stopped;
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public CompletionStage<Integer> exit() {
            return exit.copy();
        }

        @Override
        public void stop() {
            stopped = true;
            end(TERMINATED);
        }
    }
}
