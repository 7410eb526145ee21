package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.ConsoleSource;
import io.armature.control.api.ConsoleSourceContract;
import io.armature.platform.api.testing.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The observers of {@link SpoolComponent}. */
class ChangeNoticeTest extends ConsoleSourceContract {

    private final HandClock clock = new HandClock();
    private final ChangeNotice notice = new ChangeNotice(clock, Runnable::run);

    @Override
    protected ConsoleSource source() {
        return new ConsoleSource() {
            @Override
            public String name() {
                return "reporting";
            }

            @Override
            public String snapshot() {
                return LevelsJson.of(List.of(), false);
            }

            @Override
            public Subscription observe(Runnable changed) {
                return notice.observe(changed);
            }
        };
    }

    @Override
    protected void change() {
        notice.changed();
        clock.advance(Duration.ofMillis(100));
    }

    @Test
    void manyChangesAreToldTenTimesASecondAtMost() {
        AtomicInteger told = new AtomicInteger();
        notice.observe(told::incrementAndGet);
        for (int i = 0; i < 1_000; i++) {
            notice.changed();
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(told.get()).isBetween(9, 10);
    }
}
