package io.armature.console.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.testing.HandSource;
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

    private static HandSource counter() {
        return new HandSource("counter", "{}");
    }

    @Test
    void firstChangeIsPublishedAtOnceAndTheRestTogether() {
        HandSource counter = counter();
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
        HandSource counter = counter();
        feed.add(counter);
        counter.set("{\"n\":1}");
        assertThat(counter.reads()).isZero();
        watched = true;
        feed.schedule();
        assertThat(published).containsExactly("counter {\"n\":1}");
    }

    @Test
    void stateThatDidNotChangeIsNotSentAgain() {
        HandSource counter = counter();
        feed.add(counter);
        clock.advance(ConsoleFeed.INTERVAL);
        counter.set("{}");
        clock.advance(ConsoleFeed.INTERVAL);
        assertThat(published).hasSize(1);
    }

    @Test
    void brokenOrTooLongSourceHarmsNoOther() {
        HandSource broken = counter();
        broken.fail();
        feed.add(broken);
        assertThat(published).isEmpty();
        broken.set("\"" + "x".repeat(300_000) + "\"");
        clock.advance(ConsoleFeed.INTERVAL);
        assertThat(published).isEmpty();
        assertThat(feed.states()).isEmpty();
    }

    @Test
    void lineEndsDoNotReachTheStream() {
        HandSource counter = new HandSource("counter", "{\n\r}");
        feed.add(counter);
        assertThat(published).containsExactly("counter {  }");
    }

    @Test
    void subscriptionsEndWithSourceAndFeed() {
        HandSource first = counter();
        feed.add(first);
        feed.remove(first);
        assertThat(first.observed()).isFalse();
        HandSource second = counter();
        feed.add(second);
        feed.close();
        assertThat(second.observed()).isFalse();
        HandSource third = counter();
        feed.add(third);
        third.set("{\"n\":1}");
        assertThat(feed.states()).isEmpty();
    }
}
