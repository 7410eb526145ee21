package io.armature.console.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.testing.HandClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleFeedTest {

    private final HandClock clock = new HandClock();
    private final List<String> published = new ArrayList<>();
    private boolean watched = true;
    private final ConsoleFeed feed =
            new ConsoleFeed(
                    clock,
                    Runnable::run,
                    () -> watched,
                    (name, line) -> published.add(name + " " + line));

    /** A source that counts how often it was read. */
    private static final class Counter implements ConsoleSource {
        private String state = "{}";
        private int reads;
        private Runnable changed = () -> {};
        private boolean closed;

        @Override
        public String name() {
            return "counter";
        }

        @Override
        public String snapshot() {
            reads++;
            if (state == null) {
                throw new IllegalStateException("broken");
            }
            return state;
        }

        @Override
        public Subscription observe(Runnable observer) {
            changed = observer;
            return () -> closed = true;
        }

        void set(String next) {
            state = next;
            changed.run();
        }
    }

    @Test
    void firstChangeIsPublishedAtOnceAndTheRestTogether() {
        Counter counter = new Counter();
        feed.add(counter);
        published.clear();
        clock.advance(ConsoleFeed.INTERVAL);
        for (int i = 1; i <= 1000; i++) {
            counter.set("{\"n\":" + i + "}");
        }
        assertThat(published).containsExactly("counter {\"n\":1}");
        clock.advance(ConsoleFeed.INTERVAL);
        assertThat(published).containsExactly("counter {\"n\":1}", "counter {\"n\":1000}");
        assertThat(clock.pending()).isZero();
    }

    @Test
    void nothingIsReadWhileNobodyWatches() {
        watched = false;
        Counter counter = new Counter();
        feed.add(counter);
        counter.set("{\"n\":1}");
        assertThat(counter.reads).isZero();
        watched = true;
        feed.schedule();
        assertThat(published).containsExactly("counter {\"n\":1}");
    }

    @Test
    void stateThatDidNotChangeIsNotSentAgain() {
        Counter counter = new Counter();
        feed.add(counter);
        clock.advance(ConsoleFeed.INTERVAL);
        counter.set("{}");
        clock.advance(ConsoleFeed.INTERVAL);
        assertThat(published).hasSize(1);
    }

    @Test
    void brokenOrTooLongSourceHarmsNoOther() {
        Counter broken = new Counter();
        broken.state = null;
        feed.add(broken);
        assertThat(published).isEmpty();
        broken.set("\"" + "x".repeat(300_000) + "\"");
        clock.advance(ConsoleFeed.INTERVAL);
        assertThat(published).isEmpty();
        assertThat(feed.states()).isEmpty();
    }

    @Test
    void lineEndsDoNotReachTheStream() {
        Counter counter = new Counter();
        counter.state = "{\n\r}";
        feed.add(counter);
        assertThat(published).containsExactly("counter {  }");
    }

    @Test
    void subscriptionsEndWithSourceAndFeed() {
        Counter first = new Counter();
        feed.add(first);
        feed.remove(first);
        assertThat(first.closed).isTrue();
        Counter second = new Counter();
        feed.add(second);
        feed.close();
        assertThat(second.closed).isTrue();
        Counter third = new Counter();
        feed.add(third);
        third.set("{\"n\":1}");
        assertThat(feed.states()).isEmpty();
    }
}
