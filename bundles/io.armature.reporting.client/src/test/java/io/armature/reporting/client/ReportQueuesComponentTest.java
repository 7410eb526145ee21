package io.armature.reporting.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.services.api.testing.InterruptedManagers;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes while the stand-in is being made. */
@Timeout(60)
class ReportQueuesComponentTest {

    private final InterruptedManagers managers = new InterruptedManagers();
    private final ReportQueuesComponent component =
            new ReportQueuesComponent(
                    new HandClock(),
                    (ReportQueuesComponent.Settings)
                            Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {ReportQueuesComponent.Settings.class},
                                    (proxy, method, arguments) -> method.getDefaultValue()));

    @AfterEach
    void stop() {
        component.stop();
        assertThat(managers.open()).as("open stand-ins").isZero();
    }

    /** Making a stand-in starts the spool, which the framework binds on another thread. */
    @Test
    void theSpoolThatAStandInStartsIsBoundMeanwhile() {
        component.bindServices(
                managers.manager(
                        () ->
                                CompletableFuture.runAsync(
                                                () -> component.bindSpool(new MemoryReporting()))
                                        .orTimeout(20, TimeUnit.SECONDS)
                                        .join()));
        assertThat(managers.open()).isOne();
    }

    @Test
    void ofTwoManagersAtOnceOneStandInIsKeptAndTheOtherClosed() {
        component.bindServices(
                managers.manager(() -> component.bindServices(managers.manager(() -> {}))));
        assertThat(managers.made()).isEqualTo(2);
        assertThat(managers.open()).isOne();
    }
}
