package io.armature.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Phase;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.testing.HandClock;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

class WebConsoleTest {

    private static final long DEADLINE_SECONDS = 10;

    @TempDir private Path run;

    private WebConsole console;

    /** A conductor that counts. */
    static final class Conductor implements BootControl {

        private final boolean application;
        private final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch announced = new CountDownLatch(1);
        private final AtomicInteger announcements = new AtomicInteger();

        Conductor(boolean application) {
            this.application = application;
        }

        @Override
        public boolean isApplication() {
            asked.countDown();
            return application;
        }

        @Override
        public void announceReady() {
            announcements.incrementAndGet();
            announced.countDown();
        }

        @Override
        public CompletionStage<Void> reached(Phase phase) {
            return new CompletableFuture<>();
        }
    }

    @BeforeEach
    void build() {
        console = console(run);
    }

    static WebConsole console(Path run) {
        return new WebConsole(
                answering(BundleContext.class, "nothing: nobody looks", null),
                answering(DevicePaths.class, "run", run),
                new HandClock(),
                bytes -> Arrays.fill(bytes, (byte) 7),
                Map.of("port", 0, "max.clients", 8));
    }

    @AfterEach
    void stop() {
        console.stop();
    }

    @Test
    void applicationAnnouncesItselfOnceItServes() throws InterruptedException {
        Conductor conductor = new Conductor(true);
        console.addBoot(conductor);
        assertThat(conductor.announcements).hasValue(0);
        console.start();
        assertThat(conductor.announced.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(run.resolve("console.url")).exists();
    }

    @Test
    void announcesItselfToEachNewConductor() throws InterruptedException {
        Conductor old = new Conductor(true);
        console.addBoot(old);
        console.start();
        assertThat(old.announced.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        Conductor fresh = new Conductor(true);
        console.addBoot(fresh);
        console.removeBoot(old);
        assertThat(fresh.announcements).hasValue(1);
    }

    @Test
    void announcesNothingWhereAnotherIsTheApplication() throws InterruptedException {
        Conductor conductor = new Conductor(false);
        console.addBoot(conductor);
        console.start();
        assertThat(conductor.asked.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        console.addBoot(conductor); // the same again, on this thread
        assertThat(conductor.announcements).hasValue(0);
    }

    private static <T> T answering(Class<T> type, String question, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals(question)) {
                                return answer;
                            }
                            throw new UnsupportedOperationException(method.getName());
                        }));
    }
}
