package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.ProcessLauncher.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a {@link ProcessLauncher} keeps about the children it has, whether it runs programs or only
 * seems to. A provider extends {@link ProcessLauncherContract} instead.
 */
public abstract class ChildContract {

    static final long DEADLINE_SECONDS = 60;

    @TempDir Path directory;

    /** The launcher under test. Its children are ended after each test. */
    protected abstract ProcessLauncher launcher();

    Path log() {
        return directory.resolve("log");
    }

    Child start(String... command) throws IOException {
        return launcher().start(List.of(command), Map.of(), log());
    }

    static int status(Child child) throws Exception {
        return child.exit().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    public void childIsFoundByItsPidWhileItRuns() throws Exception {
        Child first = start("sleep", "3600");
        Child second = start("sleep", "3600");
        assertThat(first.pid()).isPositive().isNotEqualTo(second.pid());
        assertThat(launcher().running(first.pid()).orElseThrow().pid()).isEqualTo(first.pid());
        assertThat(first.exit().toCompletableFuture()).isNotDone();
        first.stop();
        assertThat(status(first)).isEqualTo(143);
        assertThat(launcher().running(first.pid())).isEmpty();
        assertThat(launcher().running(second.pid())).isPresent();
        second.stop();
        status(second);
    }

    @Test
    public void stoppingWhatHasEndedDoesNothing() throws Exception {
        Child child = start("sleep", "3600");
        child.stop();
        assertThat(status(child)).isEqualTo(143);
        child.stop();
        assertThat(status(child)).isEqualTo(143);
    }

    @Test
    public void whatOneCallerDoesWithTheExitNobodyElseSees() throws Exception {
        Child child = start("sleep", "3600");
        CompletableFuture<Integer> mine = child.exit().toCompletableFuture();
        mine.complete(0);
        assertThat(child.exit().toCompletableFuture()).isNotDone();
        child.stop();
        assertThat(status(child)).isEqualTo(143);
    }

    @Test
    public void processesOfOthersAreNoChildren() {
        assertThat(launcher().running(ProcessHandle.current().pid())).isEmpty();
        assertThat(launcher().running(-1)).isEmpty();
    }

    @Test
    public void commandThatNamesNothingIsRefused() {
        assertThatThrownBy(() -> launcher().start(List.of(), Map.of(), log()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("command");
        assertThatNullPointerException().isThrownBy(() -> launcher().start(null, Map.of(), log()));
        assertThatNullPointerException()
                .isThrownBy(() -> launcher().start(List.of("true"), null, log()));
        assertThatNullPointerException()
                .isThrownBy(() -> launcher().start(List.of("true"), Map.of(), null));
    }
}
