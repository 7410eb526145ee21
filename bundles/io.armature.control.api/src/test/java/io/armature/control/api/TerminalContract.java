package io.armature.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What every {@link Terminal} keeps. A provider's or double's test extends it. */
public abstract class TerminalContract {

    private static final long DEADLINE_SECONDS = 60;

    /** The caller's environment as every test finds it. */
    protected static final String VARIABLE = "ARMATURE_TEST";

    /**
     * A terminal of a caller who types {@code input} and whose {@link #VARIABLE} is {@code given}.
     */
    protected abstract Terminal terminal(String input) throws Exception;

    /** Has the caller of the last terminal go. */
    protected abstract void go() throws Exception;

    /** What the caller of the last terminal has seen of standard output until now. */
    protected abstract String printed();

    /** The same of standard error. */
    protected abstract String complained();

    @Test
    public void streamsAreUtf8AndApart() throws Exception {
        Terminal terminal = terminal("");
        terminal.out().print("Grüße 🙂\n");
        terminal.err().print("né\n");
        terminal.out().flush();
        terminal.err().flush();
        eventually(this::printed, "Grüße 🙂\n");
        eventually(this::complained, "né\n");
    }

    private static void eventually(Supplier<String> seen, String expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!seen.get().equals(expected) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(seen.get()).isEqualTo(expected);
    }

    @Test
    public void inputEndsAfterItsLastByte() throws Exception {
        Terminal terminal = terminal("zeile ü\n");
        assertThat(new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("zeile ü\n");
        assertThat(terminal.in().read()).isEqualTo(-1);
    }

    @Test
    public void callerIsKnownByDirectoryUserAndItsOwnVariables() throws Exception {
        Terminal terminal = terminal("");
        assertThat(terminal.directory()).isAbsolute();
        assertThat(terminal.user()).isNotBlank();
        assertThat(terminal.width()).isNotNegative();
        assertThat(terminal.environment(VARIABLE)).contains("given");
        assertThat(terminal.environment("ARMATURE_NONE")).isEmpty();
        assertThat(terminal.environment("PATH")).isEmpty();
        assertThatNullPointerException().isThrownBy(() -> terminal.environment(null));
    }

    @Test
    public void writingToWhoHasGoneFailsSilently() throws Exception {
        Terminal terminal = terminal("");
        assertThat(terminal.gone()).isFalse();
        go();
        assertThat(terminal.gone()).isTrue();
        for (int i = 0; i < 1_000; i++) {
            terminal.out().println("x".repeat(1_000));
            terminal.err().println("x".repeat(1_000));
        }
        terminal.out().flush();
    }

    @Test
    public void actionsRunOnceInTheirOrderWhenTheCallerGoes() throws Exception {
        Terminal terminal = terminal("");
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(3);
        for (String name : List.of("first", "second", "third")) {
            terminal.onGone(
                    () -> {
                        ran.add(name);
                        all.countDown();
                    });
        }
        assertThat(ran).isEmpty();
        go();
        assertThat(all.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        go();
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    public void anActionThatFailsKeepsNoOtherFromRunning() throws Exception {
        Terminal terminal = terminal("");
        CountDownLatch other = new CountDownLatch(1);
        terminal.onGone(
                () -> {
                    throw new IllegalStateException("test");
                });
        terminal.onGone(other::countDown);
        go();
        assertThat(other.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    public void actionGivenTooLateRunsAtOnce() throws Exception {
        Terminal terminal = terminal("");
        go();
        AtomicInteger ran = new AtomicInteger();
        terminal.onGone(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
        assertThatNullPointerException().isThrownBy(() -> terminal.onGone(null));
    }

    @Test
    public void whoReadsFromACallerThatGoesIsLetGo() throws Exception {
        Terminal terminal = silent();
        CompletableFuture<Integer> reader =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return terminal.in().read();
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        go();
        assertThatThrownBy(() -> reader.get(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
    }

    /** A terminal of a caller who types nothing and does not end its input. */
    protected abstract Terminal silent() throws Exception;
}
