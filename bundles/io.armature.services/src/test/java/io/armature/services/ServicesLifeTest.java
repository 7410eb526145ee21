package io.armature.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Hold;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.Sticky;
import io.armature.services.hooks.TestFramework;
import io.armature.services.registry.Mode;
import io.armature.services.spi.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.FindHook;

/** What the manager's own life and that of its users end and keep, in a real framework. */
@Timeout(60)
class ServicesLifeTest {

    @TempDir Path storage;
    @TempDir Path root;

    private TestFramework framework;
    private BundleContext manager;
    private Bundle fan;
    private Bundle dashboard;

    @BeforeEach
    void start() throws BundleException, IOException {
        Path policies = Files.createDirectories(root.resolve("etc/mojo/service_manager/policy"));
        Files.writeString(
                policies.resolve("FanControl"),
                """
                [{"bundle": "test.fan", "own": ["FanControl"]},
                 {"bundle": "test.dashboard", "request": ["FanControl"]}]
                """);
        framework = new TestFramework(storage);
        manager = framework.bundle("test.manager");
        fan = framework.bundle("test.fan").getBundle();
        dashboard = framework.bundle("test.dashboard").getBundle();
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    private Services services(boolean permissive) {
        return new Services(manager, new HandClock(), new FolderPaths(root), permissive);
    }

    private void profile(String text) throws IOException {
        Path slot = Files.createDirectories(new FolderPaths(root).slot());
        Files.writeString(slot.resolve("profile"), text);
    }

    @Test
    void permissiveIsHeededInDeveloperModeAlone() throws IOException {
        profile("name=production\n");
        Services production = services(true);
        assertThat(production.mode()).isEqualTo(Mode.ENFORCING);
        assertThat(production.faults())
                .extracting(Fault::reason)
                .containsExactly(
                        "is ignored: the firmware profile does not declare developer mode");
        production.stop();
        profile("name=bench\ndeveloper_mode=true\n");
        Services developer = services(true);
        assertThat(developer.mode()).isEqualTo(Mode.PERMISSIVE);
        assertThat(developer.faults()).isEmpty();
        developer.stop();
        Services asked = services(false);
        assertThat(asked.mode()).isEqualTo(Mode.ENFORCING);
        asked.stop();
    }

    @Test
    void managersEndClosesRegistrationsAndPipesWithZero() {
        Services services = services(false);
        List<Pipe> taken = new ArrayList<>();
        Registration registration =
                services.caller(fan).register("FanControl", (client, pipe) -> taken.add(pipe));
        Pipe pipe = services.caller(dashboard).request("FanControl", Optional.empty());
        assertThat(pipe.closed().toCompletableFuture()).isNotDone();
        services.stop();
        assertThat(code(registration.closed())).isZero();
        assertThat(code(pipe.closed())).isZero();
        assertThat(code(taken.get(0).closed())).isZero();
    }

    @Test
    void bundlesUpdateClosesWhatItHeldWithZero() throws BundleException {
        Services services = services(false);
        Registration registration =
                services.caller(fan).register("FanControl", (client, pipe) -> {});
        Pipe pipe = services.caller(dashboard).request("FanControl", Optional.empty());
        fan.stop();
        assertThat(code(registration.closed())).isZero();
        assertThat(code(pipe.closed())).isZero();
        fan.start();
        Registration again = services.caller(fan).register("FanControl", (client, end) -> {});
        assertThat(again.closed().toCompletableFuture()).isNotDone();
        services.stop();
    }

    @Test
    void bundleThatStopsWithAStandInHoldsNothingMore() throws BundleException {
        Services services = services(false);
        ServiceRegistration<?> owner =
                fan.getBundleContext().registerService(Runnable.class, () -> {}, null);
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // in whatever order it lets go
            BundleCaller caller = services.caller(dashboard);
            assertThat(caller.sticky(Runnable.class, Hold.of(9, Duration.ofSeconds(1))).present())
                    .isTrue();
            pipes.add(caller.request("FanControl", Optional.empty()));
        }
        List<Integer> errors = new ArrayList<>();
        framework.system().addFrameworkListener(event -> errors.add(event.getType()));
        dashboard.stop();
        assertThat(pipes).allSatisfy(pipe -> assertThat(code(pipe.closed())).isZero());
        assertThat(owner.getReference().getUsingBundles()).isNull();
        assertThat(errors).doesNotContain(FrameworkEvent.ERROR);
        services.stop();
    }

    private static long code(CompletionStage<CloseReason> closed) {
        assertThat(closed.toCompletableFuture()).isDone();
        return closed.toCompletableFuture().join().code();
    }

    @Test
    void nextManagerTakesStandInsOverAndLetsThemFollowReloads() throws Exception {
        Services first = services(false);
        Sticky<Runnable> sticky =
                first.caller(dashboard).sticky(Runnable.class, Hold.of(9, Duration.ofSeconds(1)));
        Object calls = ((StandIn<?>) sticky).calls();
        new StandIns(manager, first).renew();
        assertThat(((StandIn<?>) sticky).calls()).as("one's own").isSameAs(calls);
        first.stop();
        fan.getBundleContext().registerService(Runnable.class, () -> {}, null);
        assertThat(sticky.present()).as("without a manager").isTrue();
        Services second = services(false);
        StandIns next = new StandIns(manager, second);
        Object taken = ((StandIn<?>) sticky).calls();
        assertThat(taken).isNotSameAs(calls);
        sticky.service().run();
        CountDownLatch looked = new CountDownLatch(1);
        FindHook hook =
                (context, name, filter, all, references) -> {
                    if (context.getBundle().equals(dashboard) && !references.isEmpty()) {
                        references.clear();
                        looked.countDown();
                    }
                };
        framework.system().registerService(FindHook.class, hook, null);
        second.reload().toCompletableFuture().get(30, TimeUnit.SECONDS);
        next.renew(); // as Grants does after each change
        assertThat(looked.await(30, TimeUnit.SECONDS)).as("looked again").isTrue();
        dashboard.stop();
        assertThat(sticky.present()).isFalse();
        second.stop();
    }
}
