package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.launcher.fixture.NotifySocket;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** The protocol of sd_notify(3) as a real socket and a real framework see it. */
@Timeout(60)
class ServiceNotifierTest {

    private static final long INTERVAL_MILLIS = 200;

    @TempDir private Path folder;

    private Framework framework;
    private NotifySocket manager;
    private final Ticks ticks = new Ticks();

    /** Time that passes when the test says so. */
    private static final class Ticks implements ServiceNotifier.Pause {

        private final BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> answers = new LinkedBlockingQueue<>();

        @Override
        public boolean until(CountDownLatch end, long millis) throws InterruptedException {
            asked.add(millis);
            return answers.take();
        }

        /** The notifier waits again; returns for how long. */
        long awaited() throws InterruptedException {
            Long millis = asked.poll(30, TimeUnit.SECONDS);
            assertThat(millis).as("the notifier waits").isNotNull();
            return millis;
        }

        void pass() {
            answers.add(false);
        }

        void end() {
            answers.add(true);
        }
    }

    @BeforeEach
    void start() throws Exception {
        String missing = NotifySocket.missing().orElse("");
        assumeTrue(missing.isEmpty(), missing + " is not installed");
        manager = NotifySocket.bind(folder.resolve("notify"));
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        folder.resolve("storage").toString()));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        if (manager != null) {
            manager.close();
        }
        if (framework != null) {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    private ServiceNotifier notifier(long intervalMillis) {
        ServiceNotifier notifier =
                new ServiceNotifier(
                        framework.getBundleContext(), manager.name(), intervalMillis, ticks);
        notifier.start();
        return notifier;
    }

    private void publish(String milestone) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("osgi.condition.id", milestone);
        framework.getBundleContext().registerService(Object.class, new Object(), properties);
    }

    private void assertNothingWasSent() throws Exception {
        manager.mark("X_MARK=1");
        assertThat(manager.next()).isEqualTo("X_MARK=1");
    }

    @Test
    void readyIsSentAtBootServicesAndNotBefore() throws Exception {
        ServiceNotifier notifier = notifier(INTERVAL_MILLIS);
        publish("armature.startup");
        assertNothingWasSent();
        publish("armature.boot-services");
        assertThat(manager.next()).isEqualTo("READY=1");
        ticks.end();
        notifier.join();
    }

    @Test
    void bootThatWasQuickerThanTheNotifierIsReadyAtOnce() throws Exception {
        publish("armature.boot-services");
        notifier(0).join();
        assertThat(manager.next()).isEqualTo("READY=1");
        assertNothingWasSent();
    }

    @Test
    void signOfLifeIsSentOncePerInterval() throws Exception {
        publish("armature.boot-services");
        ServiceNotifier notifier = notifier(15_000);
        assertThat(manager.next()).isEqualTo("READY=1");
        for (int i = 0; i < 3; i++) {
            assertThat(ticks.awaited()).isEqualTo(15_000);
            assertNothingWasSent();
            ticks.pass();
            assertThat(manager.next()).isEqualTo("WATCHDOG=1");
        }
        ticks.end();
        notifier.join();
    }

    @Test
    void frameworkThatDoesNotAnswerGivesNoSignOfLife() throws Exception {
        publish("armature.boot-services");
        ServiceNotifier notifier = notifier(INTERVAL_MILLIS);
        assertThat(manager.next()).isEqualTo("READY=1");
        CountDownLatch held = new CountDownLatch(1);
        framework
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(), event -> awaitQuietly(held));
        ticks.awaited();
        ticks.pass();
        ticks.awaited(); // it has asked the framework and given up
        assertNothingWasSent();
        held.countDown();
        ticks.pass();
        assertThat(manager.next()).isEqualTo("WATCHDOG=1");
        ticks.end();
        notifier.join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endIsToldOnceAndNoSignOfLifeFollows() throws Exception {
        publish("armature.boot-services");
        ServiceNotifier notifier = notifier(INTERVAL_MILLIS);
        assertThat(manager.next()).isEqualTo("READY=1");
        ticks.awaited();
        notifier.stopping();
        assertThat(manager.next()).isEqualTo("STOPPING=1");
        ticks.end();
        notifier.join();
        assertNothingWasSent();
    }

    @Test
    void withoutASocketNobodyIsTold() {
        assertThat(ServiceNotifier.of(Map.of(), framework.getBundleContext())).isNull();
        assertThat(ServiceNotifier.of(Map.of("NOTIFY_SOCKET", ""), framework.getBundleContext()))
                .isNull();
    }
}
