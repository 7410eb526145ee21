package io.armature.launcher;

import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * When each bundle of level 1 begins to start, in the property {@code armature.stamps.bundles}: the
 * conductor, which notes all later ones, is itself the last of them.
 */
final class BundleStamps implements SynchronousBundleListener {

    private static final int LEVEL = 1;

    private final Stamps stamps = new Stamps();

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STARTING && event.getBundle().getBundleId() != 0) {
            if (event.getBundle().adapt(BundleStartLevel.class).getStartLevel() == LEVEL) {
                stamps.mark(event.getBundle().getSymbolicName());
                System.setProperty("armature.stamps.bundles", stamps.toString());
            } else {
                event.getBundle()
                        .getBundleContext()
                        .getBundle(0)
                        .getBundleContext()
                        .removeBundleListener(this);
            }
        }
    }
}
