package io.armature.control.bundles;

import io.armature.control.api.ConsoleSource;
import java.util.Objects;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the console of the bundles, see docs/formats/console.md. */
final class BundleSource implements ConsoleSource {

    private static final Logger LOG = LoggerFactory.getLogger(BundleSource.class);

    private final BundleContext context;
    private final BundleList list;

    BundleSource(BundleContext context) {
        this.context = context;
        this.list = new BundleList(context);
    }

    @Override
    public String name() {
        return "bundles";
    }

    @Override
    public String snapshot() {
        return list.rows().stream()
                .map(BundleList.Row::json)
                .collect(Collectors.joining(",", "{\"bundles\":[", "]}"));
    }

    @Override
    public Subscription observe(Runnable changed) {
        Objects.requireNonNull(changed, "changed");
        BundleListener listener = event -> changed.run();
        context.addBundleListener(listener);
        return () -> {
            try {
                context.removeBundleListener(listener);
            } catch (IllegalStateException e) {
                LOG.debug("this bundle has stopped, its listeners with it", e);
            }
        };
    }
}
