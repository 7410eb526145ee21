package io.armature.launcher;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager above (systemd) that boot-services is reached, that the end has begun,
 * and, while the framework answers, that it lives. Used only where {@code NOTIFY_SOCKET} is set;
 * messages go through the program {@code systemd-notify}, because the JDK has no datagram sockets
 * of that kind.
 */
final class ServiceNotifier extends Thread implements ServiceListener {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotifier.class);
    private static final String READY = "(osgi.condition.id=armature.boot-services)";
    private static final long SEND_LIMIT_SECONDS = 3;

    private final BundleContext context;
    private final String socket;
    private final long intervalMillis;
    private final Pause pause;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The time between two signs of life. */
    interface Pause {
        /** Returns true at once when {@code end} comes, false when the time has passed. */
        boolean until(CountDownLatch end, long millis) throws InterruptedException;
    }

    /**
     * @param socket the manager's, as {@code NOTIFY_SOCKET} names it
     * @param intervalMillis time between two signs of life, 0 for none
     */
    ServiceNotifier(BundleContext context, String socket, long intervalMillis, Pause pause) {
        super("launcher-notify");
        setDaemon(true);
        this.context = context;
        this.socket = socket;
        this.intervalMillis = intervalMillis;
        this.pause = pause;
    }

    /** The notifier that the environment asks for, or null. */
    static ServiceNotifier of(Map<String, String> environment, BundleContext context) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (socket.isEmpty()) {
            return null;
        }
        return new ServiceNotifier(
                context,
                socket,
                intervalMillis(environment.get("WATCHDOG_USEC")),
                new Pause() {
                    @Override
                    public boolean until(CountDownLatch end, long millis)
                            throws InterruptedException {
                        return end.await(millis, TimeUnit.MILLISECONDS);
                    }
                });
    }

    /** Half of the manager's patience; 0 if it has no watchdog. */
    static long intervalMillis(String watchdogMicros) {
        if (watchdogMicros == null) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(watchdogMicros) / 2000);
        } catch (NumberFormatException e) {
            LOG.warn("WATCHDOG_USEC is no number value={}", watchdogMicros);
            return 0;
        }
    }

    /** The framework is about to stop. */
    void stopping() {
        ended.countDown();
        try {
            begin("STOPPING=1"); // not awaited: the stop has 5 s in all
        } catch (IOException e) {
            LOG.warn("cannot run systemd-notify reason={}", e.getMessage());
        }
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        if (event.getType() == ServiceEvent.REGISTERED) {
            ready.countDown();
        }
    }

    @Override
    public void run() {
        try {
            context.addServiceListener(this, READY);
            if (context.getServiceReferences((String) null, READY) != null) {
                ready.countDown();
            }
            ready.await();
            context.removeServiceListener(this);
            send("READY=1");
            while (intervalMillis > 0 && !pause.until(ended, intervalMillis)) {
                if (answers()) {
                    send("WATCHDOG=1");
                } else {
                    LOG.error("framework does not answer: no sign of life sent");
                }
            }
        } catch (InvalidSyntaxException | IllegalStateException e) {
            LOG.debug("framework stopped before it was ready", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * An empty refresh passes the wiring thread, takes the framework's global lock and comes back
     * through the event machinery, and changes nothing.
     */
    private boolean answers() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        FrameworkListener listener =
                new FrameworkListener() {
                    @Override
                    public void frameworkEvent(FrameworkEvent event) {
                        answered.countDown();
                    }
                };
        Bundle system = context.getBundle(0);
        system.adapt(FrameworkWiring.class)
                .refreshBundles(Collections.<Bundle>emptyList(), listener);
        return answered.await(intervalMillis, TimeUnit.MILLISECONDS);
    }

    private void send(String state) {
        try {
            Process process = begin(state);
            if (!process.waitFor(SEND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.warn("systemd-notify hangs state={}", state);
            } else if (process.exitValue() != 0) {
                LOG.warn("systemd-notify failed state={} exit={}", state, process.exitValue());
            }
        } catch (IOException e) {
            LOG.warn("cannot run systemd-notify state={} reason={}", state, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process begin(String state) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("systemd-notify", state)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("NOTIFY_SOCKET", socket);
        return builder.start();
    }
}
