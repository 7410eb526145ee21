package io.armature.launcher;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import java.util.function.Consumer;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.slf4j.LoggerFactory;

/**
 * Ends the framework: SIGTERM and SIGINT stop it, a second thread cuts the stop off after 5 s.
 * SIGHUP opens the log anew. Thread-safe.
 */
final class Stopper implements Consumer<String>, Runnable {

    private final Framework framework;
    private volatile boolean training;
    private Thread listener;
    private boolean started;
    private boolean requested;
    private ServiceNotifier notifier;

    Stopper(Framework framework) {
        this.framework = framework;
    }

    /**
     * Begins to take over the signals, on a thread of its own: it costs milliseconds. Until {@link
     * #awaitListening()} they may have the JVM's own effect, which is to end it.
     *
     * @param training end at once without stopping the framework: stopping would unload the classes
     *     that the archive is to hold
     */
    void listen(boolean training) {
        this.training = training;
        listener = new Thread(this, "launcher-signals");
        listener.setDaemon(true);
        listener.start();
    }

    /** Returns once signals are taken over; called by the thread that called {@link #listen}. */
    void awaitListening() {
        boolean interrupted = false;
        while (listener.isAlive()) {
            try {
                listener.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            Signals.listen(this, "TERM", "INT", "HUP");
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            System.err.println("armature: cannot hear of signals: " + e);
        }
    }

    @Override
    public void accept(String signal) {
        if (signal.equals("HUP")) {
            reopenLogs();
        } else if (training) {
            System.exit(ExitStatus.STOPPED.code());
        } else {
            request();
        }
    }

    /** The framework runs; a stop asked for before takes place now. */
    void started() {
        boolean stop;
        synchronized (this) {
            started = true;
            stop = requested;
        }
        if (stop) {
            stop();
        }
    }

    /** Tells the service manager of the end, too. */
    synchronized void notify(ServiceNotifier told) {
        this.notifier = told;
    }

    /** Asks for the end; later calls change nothing. */
    void request() {
        ServiceNotifier told;
        boolean stop;
        synchronized (this) {
            if (requested) {
                return;
            }
            requested = true;
            stop = started;
            told = notifier;
        }
        new StopWatchdog(framework).start();
        if (told != null) {
            told.stopping();
        }
        if (stop) {
            stop();
        }
    }

    /** Waits until the framework has stopped and says why. */
    ExitStatus await() {
        while (true) {
            try {
                FrameworkEvent event = framework.waitForStop(0);
                synchronized (this) {
                    if (requested) {
                        return ExitStatus.STOPPED;
                    }
                }
                System.err.println(
                        "armature: framework stopped by itself (event " + event.getType() + ")");
                return ExitStatus.FRAMEWORK_DIED;
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt this thread; the framework still runs.
                LoggerFactory.getLogger(Stopper.class).warn("interrupted while waiting", e);
            }
        }
    }

    private void stop() {
        try {
            framework.stop();
        } catch (BundleException e) {
            LoggerFactory.getLogger(Stopper.class).error("framework refused to stop", e);
        }
    }

    private static void reopenLogs() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Appender<?> file = context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(LogFile.NAME);
            if (file instanceof LogFile log) {
                log.reopen();
            }
        }
    }
}
