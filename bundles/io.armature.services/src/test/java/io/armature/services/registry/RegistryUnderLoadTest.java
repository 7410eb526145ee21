package io.armature.services.registry;

import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Owners that come and go while many threads request. */
class RegistryUnderLoadTest {

    private static final String NAME = "Swapped";
    private static final Identity OWNER = Callers.bundle("owner");
    private static final Identity REQUESTER = Callers.bundle("requester");
    private static final int THREADS = 4;
    private static final int EACH = 5_000;

    private final ServiceRegistry registry =
            new ServiceRegistry(
                    new HandClock(),
                    Runnable::run,
                    Mode.ENFORCING,
                    Callers.policy(NAME, OWNER, REQUESTER));

    @Test
    void everyRequestIsServedOnceOrToldOfItsOwnersDeath() throws Exception {
        CountDownLatch decided = new CountDownLatch(THREADS * EACH);
        AtomicInteger served = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger full = new AtomicInteger();
        List<ServiceEvent.Type> events = new ArrayList<>();
        registry.observe(REQUESTER, event -> events.add(event.type()));
        ServiceProvider provider = (client, pipe) -> pipe.send(new byte[1]);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            threads.add(new Thread(() -> requestAll(decided, served, lost, full)));
        }
        threads.forEach(Thread::start);
        int owners = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            Registration registration = registry.register(OWNER, NAME, provider);
            Thread.yield();
            registration.close();
            registration.closed().toCompletableFuture().get(60, TimeUnit.SECONDS);
            owners++;
        }
        registry.register(OWNER, NAME, provider);
        assertThat(decided.await(60, TimeUnit.SECONDS))
                .as("undecided: %d", decided.getCount())
                .isTrue();
        registry.query(REQUESTER, NAME).toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(served.get() + lost.get() + full.get()).isEqualTo(THREADS * EACH);
        assertThat(served.get()).isPositive();
        assertThat(events).hasSize(2 * owners + 1);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i))
                    .isEqualTo(
                            i % 2 == 0
                                    ? ServiceEvent.Type.REGISTERED
                                    : ServiceEvent.Type.UNREGISTERED);
        }
    }

    @Test
    void observerIsToldBeforeTheFirstRequestWhoeverIsAtWork() throws Exception {
        AtomicInteger told = new AtomicInteger();
        AtomicInteger early = new AtomicInteger();
        registry.observe(
                REQUESTER,
                event -> {
                    if (event.type() == ServiceEvent.Type.REGISTERED) {
                        Thread.yield();
                        told.incrementAndGet();
                    }
                });
        AtomicBoolean ended = new AtomicBoolean();
        Thread others =
                new Thread(
                        () -> {
                            while (!ended.get()) {
                                registry.denials();
                            }
                        });
        others.start();
        for (int round = 1; round <= 300; round++) {
            int mine = round;
            registry.request(REQUESTER, NAME, Optional.empty(), pipe().far());
            CountDownLatch served = new CountDownLatch(1);
            Registration registration =
                    registry.register(
                            OWNER,
                            NAME,
                            (client, pipe) -> {
                                if (told.get() < mine) {
                                    early.incrementAndGet();
                                }
                                served.countDown();
                            });
            assertThat(served.await(60, TimeUnit.SECONDS)).isTrue();
            registration.close();
            registration.closed().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        ended.set(true);
        others.join();
        assertThat(early).hasValue(0);
    }

    private void requestAll(
            CountDownLatch decided, AtomicInteger served, AtomicInteger lost, AtomicInteger full) {
        for (int i = 0; i < EACH; i++) {
            LocalPipe pipe = pipe();
            pipe.near()
                    .listen(
                            message -> {
                                served.incrementAndGet();
                                decided.countDown();
                            });
            pipe.near()
                    .closed()
                    .thenAccept(
                            reason -> {
                                (reason.code() == 0 ? lost : full).incrementAndGet();
                                decided.countDown();
                            });
            registry.request(REQUESTER, NAME, Optional.empty(), pipe.far());
        }
    }
}
