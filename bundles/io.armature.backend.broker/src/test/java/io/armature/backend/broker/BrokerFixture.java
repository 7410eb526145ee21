package io.armature.backend.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.DeviceAccounts;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.MachineClock;
import io.armature.platform.api.testing.PlainFiles;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The component with the defaults of its settings, and what it publishes. */
final class BrokerFixture {

    private static final long DEADLINE_SECONDS = 60;

    final PlainFiles files = new PlainFiles();
    final Broker broker;
    private final BlockingQueue<DeviceAccounts> published = new LinkedBlockingQueue<>();
    private final MachineClock clock = new MachineClock();

    BrokerFixture(Path root) {
        broker =
                new Broker(
                        proxy(BundleContext.class, this::context),
                        new FolderPaths(root),
                        files,
                        new SecureRandom()::nextBytes,
                        clock,
                        proxy(Broker.Settings.class, (method, given) -> method.getDefaultValue()));
    }

    /** A method of a framework that only this fixture knows. */
    private interface Answer {
        Object to(Method method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> answer.to(method, arguments)));
    }

    private Object context(Method method, Object[] arguments) {
        assertThat(method.getName()).isEqualTo("registerService");
        published.add((DeviceAccounts) arguments[1]);
        return proxy(ServiceRegistration.class, (called, given) -> null);
    }

    /** The accounts once the broker listens. */
    DeviceAccounts accounts() throws InterruptedException {
        DeviceAccounts accounts = published.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(accounts).as("published; faults: %s", broker.faults()).isNotNull();
        return accounts;
    }

    void close() throws InterruptedException {
        broker.stop();
        clock.close();
    }
}
