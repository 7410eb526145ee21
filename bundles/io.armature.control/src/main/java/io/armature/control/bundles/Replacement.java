package io.armature.control.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private final Bundle bundle;
    private final Path jar;
    private final FrameworkWiring wiring;
    private final Path note;
    private final CountDownLatch refreshed = new CountDownLatch(1);
    private final FrameworkListener listener = event -> refreshed.countDown();

    /**
     * @param note where a failure is written before the bundle is started again, for those who
     *     cannot see what {@link #run} returns; null for nowhere
     */
    Replacement(Bundle bundle, Path jar, FrameworkWiring wiring, Path note) {
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
            if (wiring.getRemovalPendingBundles().contains(bundle)) {
                wiring.refreshBundles(List.of(bundle), listener);
                if (!refreshed.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                    return "its users were not refreshed in time";
                }
            }
            return null;
        } catch (BundleException | IOException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String start() {
        try {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            return null;
        } catch (BundleException | IllegalStateException e) {
            return "it does not start: " + e.getMessage();
        }
    }

    /** Goes back to the jar that the bundle was installed from. */
    private String restore(String failure) {
        try {
            bundle.update();
            return failure + "; the slot's bundle runs again";
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
