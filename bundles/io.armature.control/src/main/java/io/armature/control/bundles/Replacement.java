package io.armature.control.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stop, update, refresh only what must be, start. It may replace the bundle that this class comes
 * from: nothing but the framework's and the JDK's classes is loaded once it has begun.
 */
final class Replacement {

    private static final Logger LOG = LoggerFactory.getLogger(Replacement.class);
    private static final long REFRESH_SECONDS = 20;
    private static final long PROOF_SECONDS = 5;

    private final Bundle bundle;
    private final Path jar;
    private final FrameworkWiring wiring;
    private final Path note;
    private final Path proof;
    private final Semaphore refreshed = new Semaphore(0);
    private final FrameworkListener listener = event -> refreshed.release();

    /**
     * @param note where a failure is written before the bundle is started again, for those who
     *     cannot see what {@link #run} returns; null for nowhere
     * @param proof a file that is there once the bundle works again; null for none
     */
    Replacement(Bundle bundle, Path jar, FrameworkWiring wiring, Path note, Path proof) {
        this.proof = proof;
        this.bundle = bundle;
        this.jar = jar;
        this.wiring = wiring;
        this.note = note;
    }

    /** Returns why it failed, if it did; then what the slot holds runs, or the old revision. */
    Optional<String> run() {
        boolean active = (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0;
        String failure = replace();
        if (!active) {
            return Optional.ofNullable(failure);
        }
        if (failure == null) {
            failure = start();
            if (failure == null) {
                return Optional.empty();
            }
            failure = restore(failure);
        }
        tell(failure);
        String worse = start();
        return Optional.of(worse == null ? failure : failure + "; " + worse);
    }

    private String replace() {
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
            try (InputStream in = Files.newInputStream(jar)) {
                bundle.update(in);
            }
            return refresh();
        } catch (BundleException | IOException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String refresh() {
        try {
            // The framework refreshes an updated bundle that nobody uses by itself, in its own
            // time, and would pull the content from under a bundle that is started meanwhile. Its
            // refreshes come one after another: when ours is done, that one is.
            wiring.refreshBundles(List.of(bundle), listener);
            return refreshed.tryAcquire(REFRESH_SECONDS, TimeUnit.SECONDS)
                    ? null
                    : "its users were not refreshed in time";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String start() {
        try {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            return proof == null || appears() ? null : "it does not serve after it was started";
        } catch (BundleException | IllegalStateException e) {
            return "it does not start: " + e.getMessage();
        }
    }

    private boolean appears() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PROOF_SECONDS);
        while (!Files.exists(proof)) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return true;
    }

    /** Goes back to the jar that the bundle was installed from. */
    private String restore(String failure) {
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
            bundle.update();
            String worse = refresh();
            return failure + "; " + (worse == null ? "the slot's bundle runs again" : worse);
        } catch (BundleException | IllegalStateException e) {
            return failure + "; going back failed: " + e.getMessage();
        }
    }

    private void tell(String failure) {
        if (note == null) {
            return;
        }
        try {
            Files.writeString(note, failure);
        } catch (IOException e) {
            LOG.warn("outcome of an update is lost outcome={}", failure, e);
        }
    }
}
