package io.armature.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManagerContract;
import io.armature.services.registry.Callers;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The manager of one bundle, and what ends with that bundle. */
class ServicesForBundlesTest extends ServiceManagerContract {

    private static final Identity OWNER = Callers.bundle("test.owner");
    private static final Identity REQUESTER = Callers.bundle("test.requester");

    private final ServiceRegistry registry =
            new ServiceRegistry(
                    new HandClock(),
                    Runnable::run,
                    Mode.ENFORCING,
                    Callers.policy(NAME, OWNER, REQUESTER));
    private final BundleCaller ownerBundle =
            new BundleCaller(OWNER, registry, null, registry.failures());
    private final BundleCaller requesterBundle =
            new BundleCaller(REQUESTER, registry, null, registry.failures());

    @Override
    protected ServiceManager owner() {
        return new ServicesForBundles(ownerBundle);
    }

    @Override
    protected ServiceManager requester() {
        return new ServicesForBundles(requesterBundle);
    }

    @Override
    protected Identity ownerIdentity() {
        return OWNER;
    }

    @Override
    protected Identity requesterIdentity() {
        return REQUESTER;
    }

    @Test
    void ownersUpdateClosesItsPipesWithZeroAndLosesNoWaitingRequest() {
        List<Pipe> taken = new ArrayList<>();
        Registration registration = owner().register(NAME, (client, pipe) -> taken.add(pipe));
        Pipe bound = requester().request(NAME);
        ownerBundle.end();
        assertThat(code(registration.closed())).isZero();
        assertThat(code(bound.closed())).isZero();
        Pipe waiting = requester().request(NAME);
        new ServicesForBundles(new BundleCaller(OWNER, registry, null, registry.failures()))
                .register(NAME, (client, pipe) -> taken.add(pipe));
        assertThat(taken).hasSize(2);
        assertThat(waiting.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void requestersEndTakesItsRequestsPipesAndObserversAlong() {
        List<Pipe> taken = new ArrayList<>();
        List<ServiceEvent> events = new ArrayList<>();
        requester().observe(events::add);
        requester().request(NAME);
        requesterBundle.end();
        Registration registration = owner().register(NAME, (client, pipe) -> taken.add(pipe));
        assertThat(taken).isEmpty();
        assertThat(events).isEmpty();
        assertThat(registration.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void managerThatIsLetGoEndsNothing() {
        List<Pipe> taken = new ArrayList<>();
        List<ServiceEvent> events = new ArrayList<>();
        ServiceManager gone = requester();
        gone.observe(events::add);
        gone.request(NAME);
        owner().register(NAME, (client, pipe) -> taken.add(pipe));
        assertThat(taken).hasSize(1);
        assertThat(events).hasSize(1);
    }

    @Test
    void managersOwnEndClosesPipesAndRegistrationsWithZero() {
        Registration registration = owner().register(NAME, (client, pipe) -> {});
        Pipe bound = requester().request(NAME);
        ownerBundle.managerStops();
        requesterBundle.managerStops();
        assertThat(code(registration.closed())).isZero();
        assertThat(code(bound.closed())).isZero();
    }

    @Test
    void tenThousandRequestsOfBundlesTakeAtMostFourMegabytes(TestReporter reporter) {
        Pipe[] pipes = new Pipe[10_000];
        ServicesForBundles[] bundles = new ServicesForBundles[10];
        ServiceRegistry large = registryOf(bundles);
        for (int i = 0; i < 1_000; i++) {
            bundles[i % 10].request(NAME, Duration.ofHours(1)).close();
        }
        long before = used();
        for (int i = 0; i < pipes.length; i++) {
            pipes[i] = bundles[i % 10].request(NAME, Duration.ofHours(1));
        }
        long taken = used() - before;
        reporter.publishEntry("bytes of 10,000 pending requests", Long.toString(taken));
        assertThat(taken).isLessThanOrEqualTo(4L << 20);
        assertThat(large.services().toCompletableFuture().join().get(0).waiting()).hasSize(10_000);
    }

    private static ServiceRegistry registryOf(ServicesForBundles[] bundles) {
        Identity[] who = new Identity[bundles.length];
        for (int i = 0; i < who.length; i++) {
            who[i] = Callers.bundle("test.requester" + i);
        }
        ServiceRegistry large =
                new ServiceRegistry(
                        new HandClock(),
                        Runnable::run,
                        Mode.ENFORCING,
                        Callers.policy(NAME, OWNER, who));
        for (int i = 0; i < who.length; i++) {
            bundles[i] =
                    new ServicesForBundles(new BundleCaller(who[i], large, null, large.failures()));
        }
        return large;
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void threadThatOutlivedItsBundleHoldsNothing() {
        requesterBundle.end();
        ownerBundle.end();
        assertThat(code(requester().request(NAME).closed())).isZero();
        Registration late = owner().register(NAME, (client, pipe) -> {});
        assertThat(code(late.closed())).isZero();
        assertThat(registry.services().toCompletableFuture().join())
                .allMatch(service -> service.owner().isEmpty() && service.waiting().isEmpty());
    }

    private static long code(CompletionStage<io.armature.services.api.CloseReason> closed) {
        assertThat(closed.toCompletableFuture()).isDone();
        return closed.toCompletableFuture().join().code();
    }
}
