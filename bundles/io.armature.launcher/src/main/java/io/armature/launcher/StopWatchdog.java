package io.armature.launcher;

import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;

/**
 * Cuts a stop off after 5 s and names what hung. A daemon: a stop in time ends the process and this
 * thread with it, which is all that it could be told; so it sleeps. To await the framework's stop
 * instead would let go of a process that a thread keeps alive afterwards.
 */
final class StopWatchdog extends Thread {

    /** Less than the 5 s that are promised: a loaded machine takes time to end the process, too. */
    static final long LIMIT_MILLIS = 4_300;

    private final Framework framework;

    StopWatchdog(Framework framework) {
        super("launcher-stop-watchdog");
        setDaemon(true);
        this.framework = framework;
    }

    @Override
    public void run() {
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
        long left = LIMIT_MILLIS;
        while (left > 0) {
            try {
                Thread.sleep(left);
            } catch (InterruptedException e) {
                // Only the deadline counts.
            }
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        try {
            System.err.println("armature: stop took longer than 5 s, cut off; " + culprit());
        } finally {
            Runtime.getRuntime().halt(ExitStatus.STOP_TIMED_OUT.code());
        }
    }

    private String culprit() {
        StringBuilder text = new StringBuilder("still stopping:");
        BundleContext context = framework.getBundleContext();
        if (context != null) {
            for (Bundle bundle : context.getBundles()) {
                if (bundle.getBundleId() != 0 && bundle.getState() == Bundle.STOPPING) {
                    text.append(' ').append(bundle.getSymbolicName());
                }
            }
        }
        return text.append(hungFrame()).toString();
    }

    /** The innermost frame outside JDK and framework of a thread that stops a bundle. */
    private static String hungFrame() {
        for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
            boolean stops = false;
            StackTraceElement own = null;
            for (StackTraceElement frame : entry.getValue()) {
                String name = frame.getClassName();
                stops |= name.startsWith("org.apache.felix.framework.");
                if (own == null && !name.startsWith("java.") && !name.startsWith("jdk.")) {
                    own = frame;
                }
            }
            if (stops && own != null && !own.getClassName().startsWith("org.apache.felix.")) {
                return ", thread " + entry.getKey().getName() + " at " + own;
            }
        }
        return "";
    }
}
