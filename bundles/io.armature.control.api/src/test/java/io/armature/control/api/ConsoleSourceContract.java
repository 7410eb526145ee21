package io.armature.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link ConsoleSource} keeps. A provider's or double's test extends it. */
public abstract class ConsoleSourceContract {

    private static final long DEADLINE_SECONDS = 60;
    private static final int LARGEST_BYTES = 256 << 10;

    /** The source under test, always the same one within a test. */
    protected abstract ConsoleSource source() throws Exception;

    /** Changes something that the source shows; returns when its observers have been called. */
    protected abstract void change() throws Exception;

    @Test
    public void nameIsAWordAndStays() throws Exception {
        assertThat(source().name()).matches("[a-z][a-z0-9-]*").isEqualTo(source().name());
    }

    @Test
    public void snapshotIsOneBoundedJsonObjectFromAnyThread() throws Exception {
        change();
        ConsoleSource source = source();
        String elsewhere =
                CompletableFuture.supplyAsync(source::snapshot)
                        .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        for (String snapshot : new String[] {source.snapshot(), elsewhere}) {
            assertThat(snapshot).startsWith("{").endsWith("}");
            assertThat(snapshot.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(LARGEST_BYTES);
            assertThat(depth(snapshot)).as("braces and brackets").isZero();
        }
    }

    /** Open braces and brackets left at the end, outside strings; -1 if one closes too many. */
    private static int depth(String json) {
        int depth = 0;
        boolean string = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                string = !string;
            } else if (!string && (c == '{' || c == '[')) {
                depth++;
            } else if (!string && (c == '}' || c == ']') && --depth < 0) {
                return -1;
            }
        }
        return string ? -1 : depth;
    }

    @Test
    public void everyObserverHearsOfAChangeUntilItIsClosed() throws Exception {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        ConsoleSource.Subscription one = source().observe(first::incrementAndGet);
        ConsoleSource.Subscription two = source().observe(second::incrementAndGet);
        change();
        assertThat(first.get()).isPositive();
        assertThat(second.get()).isPositive();
        one.close();
        int before = first.get();
        int other = second.get();
        change();
        assertThat(first).hasValue(before);
        assertThat(second.get()).isGreaterThan(other);
        two.close();
    }

    @Test
    public void closingTwiceEndsNoOtherObservationOfTheSameRunnable() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        Runnable observer = heard::incrementAndGet;
        ConsoleSource.Subscription one = source().observe(observer);
        ConsoleSource.Subscription two = source().observe(observer);
        one.close();
        one.close();
        change();
        assertThat(heard.get()).isPositive();
        two.close();
        int before = heard.get();
        change();
        assertThat(heard).hasValue(before);
    }

    @Test
    public void observerMayReadAndMayEndItselfWhenItIsCalled() throws Exception {
        ConsoleSource source = source();
        CompletableFuture<ConsoleSource.Subscription> own = new CompletableFuture<>();
        AtomicInteger heard = new AtomicInteger();
        own.complete(
                source.observe(
                        () -> {
                            heard.incrementAndGet();
                            assertThat(source.snapshot()).isNotEmpty();
                            own.join().close();
                        }));
        change();
        change();
        assertThat(heard).hasValue(1);
    }

    @Test
    public void observerMustBeThere() throws Exception {
        ConsoleSource source = source();
        assertThatNullPointerException().isThrownBy(() -> source.observe(null));
    }
}
