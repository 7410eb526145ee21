package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.sticky.StickyServices;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;

/** A framework in which a spool comes and goes, with the real stand-ins for it. */
final class ReplacedSpool implements AutoCloseable {

    private final Framework framework;
    private final SpoolStandIns standIns;
    private ServiceRegistration<Reporting> spool;

    ReplacedSpool(Path storage, DeviceClock clock) throws BundleException {
        framework =
                new FrameworkFactory()
                        .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
        StickyServices sticky = new StickyServices(context(), clock, Runnable::run);
        standIns = new SpoolStandIns(manager(sticky));
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    /** A manager that makes stand-ins and nothing else. */
    private static ServiceManager manager(StickyServices sticky) {
        return (ServiceManager)
                Proxy.newProxyInstance(
                        ServiceManager.class.getClassLoader(),
                        new Class<?>[] {ServiceManager.class},
                        (proxy, method, arguments) ->
                                sticky.of((Class<?>) arguments[0], (Hold) arguments[1], one -> {}));
    }

    SpoolWays ways() {
        return standIns.ways();
    }

    void publish(Reporting next) {
        spool = context().registerService(Reporting.class, next, null);
    }

    void withdraw() {
        spool.unregister();
    }

    @Override
    public void close() throws BundleException {
        standIns.close();
        framework.stop();
        try {
            framework.waitForStop(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
