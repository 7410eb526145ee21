package io.armature.bench;

import java.time.Duration;
import java.time.Instant;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;

/**
 * Runs inside a peer's framework as its last bundle and prints {@code ready <ms>}, milliseconds
 * since the JVM started, once the service named by the system property {@code bench.ready} is
 * there.
 */
public final class PeerProbe implements BundleActivator {

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        String service = System.getProperty("bench.ready");
        context.addServiceListener(
                event -> {
                    if (event.getType() == ServiceEvent.REGISTERED) {
                        print();
                    }
                },
                "(objectClass=" + service + ")");
        if (context.getServiceReference(service) != null) {
            print();
        }
    }

    @Override
    public void stop(BundleContext context) {
        // The framework removes the listener.
    }

    private static void print() {
        Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
        System.out.println("ready " + Duration.between(start, Instant.now()).toMillis());
    }
}
