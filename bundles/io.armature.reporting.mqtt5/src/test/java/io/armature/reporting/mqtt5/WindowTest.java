package io.armature.reporting.mqtt5;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowTest {

    @Test
    void whatFindsNoRoomWaitsInItsOrder() {
        Window window = new Window(2);
        List<Integer> out = new ArrayList<>();
        IntStream.range(0, 5).forEach(i -> window.enter(() -> out.add(i)));
        assertThat(out).containsExactly(0, 1);
        window.leave();
        assertThat(out).containsExactly(0, 1, 2);
        window.leave();
        window.leave();
        window.leave();
        assertThat(out).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void publicationThatEndsAtOnceLetsTheNextOut() {
        Window window = new Window(1);
        AtomicInteger out = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            window.enter(
                    () -> {
                        out.incrementAndGet();
                        window.leave();
                    });
        }
        assertThat(out).hasValue(10_000);
    }
}
