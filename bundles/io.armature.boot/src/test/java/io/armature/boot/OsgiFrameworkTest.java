package io.armature.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.HeldFelix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.BundleStartLevel;

/** The conductor's side of Felix, with Felix itself. */
class OsgiFrameworkTest {

    private static final long DEADLINE_SECONDS = 10;

    @TempDir Path cache;

    @Test
    void aLevelThatIsRaisedBeforeTheFrameworkIsActiveIsReportedAllTheSame() throws Exception {
        HeldFelix felix =
                new HeldFelix(
                        Map.of(
                                Constants.FRAMEWORK_STORAGE,
                                cache.toString(),
                                Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
                                "1"));
        felix.init();
        BundleContext system = felix.getBundleContext();
        Bundle marker = marker(system);
        Thread starter = new Thread(() -> start(felix), "starter");
        starter.start();
        try {
            await(felix.reached(), "the end of the first level");
            CountDownLatch reached = new CountDownLatch(1);
            new OsgiFramework(system).raise(10, reached::countDown);
            // Felix serves one request after the other: behind this one, an earlier one is done.
            CountDownLatch served = started(system, marker);
            marker.adapt(BundleStartLevel.class).setStartLevel(1);
            await(served, "a later request");
            assertThat(felix.getState()).isEqualTo(Bundle.STARTING);

            felix.release();
            await(reached, "the conductor's word that the level is reached");
            assertThat(new OsgiFramework(system).level()).isEqualTo(10);
        } finally {
            felix.release();
            starter.join();
            felix.stop();
            felix.waitForStop(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        }
    }

    private static void start(HeldFelix felix) {
        try {
            felix.start();
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        assertThat(latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).as(what).isTrue();
    }

    private static CountDownLatch started(BundleContext system, Bundle bundle) {
        CountDownLatch started = new CountDownLatch(1);
        SynchronousBundleListener listener =
                event -> {
                    if (event.getBundle().equals(bundle)
                            && event.getType() == BundleEvent.STARTED) {
                        started.countDown();
                    }
                };
        system.addBundleListener(listener);
        return started;
    }

    /** A bundle of nothing that starts as soon as its level is low enough. */
    private static Bundle marker(BundleContext system) throws IOException, BundleException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, "marker");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        Bundle bundle = system.installBundle("marker", new ByteArrayInputStream(jar.toByteArray()));
        bundle.adapt(BundleStartLevel.class).setStartLevel(50);
        bundle.start();
        return bundle;
    }
}
