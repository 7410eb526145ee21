package io.armature.reporting;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Another bundle of the same symbolic name that runs already and has the spool: while the bundle is
 * updated, the old version.
 */
final class Predecessor implements SynchronousBundleListener, AutoCloseable {

    private final BundleContext context;
    private final Bundle own;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    Predecessor(BundleContext context) {
        this.context = context;
        this.own = context.getBundle();
        context.addBundleListener(this);
        look();
    }

    /** Whether there is one, or was when this was made. */
    boolean present() {
        return !gone.isDone();
    }

    /** Completes once there is none; on the thread that stopped it, or at once. */
    CompletionStage<Void> gone() {
        return gone;
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        int type = event.getType();
        if (type == BundleEvent.STOPPED || type == BundleEvent.UNINSTALLED) {
            look();
        }
    }

    private void look() {
        if (gone.isDone()) {
            return;
        }
        for (Bundle bundle : context.getBundles()) {
            if (precedes(bundle)) {
                return;
            }
        }
        context.removeBundleListener(this);
        gone.complete(null);
    }

    /** Of two that start at the same time the one that was installed first goes first. */
    private boolean precedes(Bundle other) {
        if (other.getBundleId() == own.getBundleId()
                || !own.getSymbolicName().equals(other.getSymbolicName())) {
            return false;
        }
        return switch (other.getState()) {
            case Bundle.ACTIVE, Bundle.STOPPING -> true;
            case Bundle.STARTING -> other.getBundleId() < own.getBundleId();
            default -> false;
        };
    }

    /** Looks no more; who waits, waits for ever. */
    @Override
    public void close() {
        context.removeBundleListener(this);
    }
}
