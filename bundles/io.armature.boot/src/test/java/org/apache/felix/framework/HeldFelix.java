package org.apache.felix.framework;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.Bundle;

/**
 * Felix whose starting thread is held up after the first level, before it declares the framework
 * active: as on a busy machine, but as long as a test wants. In Felix's package, because nothing
 * public stands between the two.
 */
@SuppressWarnings("unchecked") // Felix's own methods without type arguments
public final class HeldFelix extends Felix {

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    public HeldFelix(Map<String, String> configuration) {
        super(configuration);
    }

    /** Opens when the starting thread is held. */
    public CountDownLatch reached() {
        return reached;
    }

    /** Lets the starting thread go on. */
    public void release() {
        released.countDown();
    }

    @Override
    void setBundleStateAndNotify(BundleImpl bundle, int state) {
        if (bundle.getBundleId() == 0 && state == Bundle.ACTIVE) {
            reached.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        super.setBundleStateAndNotify(bundle, state);
    }
}
