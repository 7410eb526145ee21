package io.armature.console.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.console.http.Action;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.testing.FakeServiceManager;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StandInTest {

    private final FakeServiceManager services = new FakeServiceManager();
    private final StandIn standIn = new StandIn();
    private final Action enqueue =
            new ReportingActions(standIn, new HandClock()).byName().get("enqueue");

    @AfterEach
    void close() {
        standIn.close();
    }

    private String enqueue() throws Exception {
        return enqueue.act(Map.of("priority", "IMMEDIATE", "data", "x"));
    }

    @Test
    void actionsGoThroughAStandInThatOutlivesItsManager() throws Exception {
        services.publish(Reporting.class, new MemoryReporting());
        ServiceManager first = services.user(0);
        standIn.bind(first);
        assertThat(enqueue()).startsWith("stored as IMMEDIATE ");
        Reporting kept = standIn.get();
        standIn.unbind(first);
        assertThat(standIn.get()).isSameAs(kept);
        standIn.bind(new FakeServiceManager().user(0));
        assertThat(enqueue()).startsWith("stored as IMMEDIATE ");
    }

    @Test
    void callsAreHeldShorterThanAPageWaitsAndThoseOfALeavingSpoolMadeAgain() {
        AtomicReference<Hold> asked = new AtomicReference<>();
        standIn.bind(
                (ServiceManager)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ServiceManager.class},
                                (proxy, method, arguments) -> {
                                    asked.set((Hold) arguments[1]);
                                    return services.user(0).sticky(Reporting.class, asked.get());
                                }));
        standIn.get();
        assertThat(asked.get().limit()).isEqualTo(64);
        assertThat(asked.get().time()).isEqualTo(Duration.ofSeconds(5));
        Throwable away = asked.get().away().apply("it is away");
        assertThat(away)
                .isInstanceOfSatisfying(
                        ReportingException.class,
                        e -> assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE));
        assertThat(asked.get().handedBack()).accepts(away).rejects(new IllegalStateException());
    }

    @Test
    void withoutAServiceManagerAnActionIsRefused() {
        assertThatThrownBy(this::enqueue)
                .isInstanceOf(Action.RefusedException.class)
                .hasMessage("reporting is away at the moment; try again");
    }
}
