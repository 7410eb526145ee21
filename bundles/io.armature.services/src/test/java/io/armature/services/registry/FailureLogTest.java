package io.armature.services.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.armature.platform.api.RateLimit;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Requesters cannot fill the log with what owners and listeners throw. */
class FailureLogTest {

    private static final Identity OWNER = Callers.bundle("test.owner");
    private static final Identity REQUESTER = Callers.bundle("test.requester");

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger =
            (Logger) LoggerFactory.getLogger(ServiceRegistry.class.getPackageName());
    private final HandClock clock = new HandClock();
    private final ServiceRegistry registry =
            new ServiceRegistry(
                    clock, Runnable::run, Mode.ENFORCING, Callers.policy("A", OWNER, REQUESTER));

    @BeforeEach
    void start() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void ownerThatThrowsAtEachRequestIsOneLineInAWhile() {
        registry.register(
                OWNER,
                "A",
                (client, pipe) -> {
                    throw new IllegalStateException("cannot serve");
                });
        for (int i = 0; i < 2_000; i++) {
            request();
        }
        clock.advance(RateLimit.PERIOD);
        request();
        assertThat(lines())
                .containsExactly(
                        "service task failed left_out=0", "service task failed left_out=1999");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("cannot serve");
    }

    private void request() {
        LocalPipe pipe = new LocalPipe(registry.failures());
        registry.request(REQUESTER, "A", Optional.empty(), pipe.far());
        assertThat(pipe.near().closed().toCompletableFuture().join().code()).isEqualTo(1);
    }

    @Test
    void listenersThatThrowAreOneLineInAWhile() {
        for (int i = 0; i < 100; i++) {
            LocalPipe pipe = new LocalPipe(registry.failures());
            pipe.far()
                    .listen(
                            message -> {
                                throw new IllegalStateException("cannot read");
                            });
            pipe.near().send(new byte[1]);
        }
        assertThat(lines()).containsExactly("listener of a pipe failed left_out=0");
    }
}
