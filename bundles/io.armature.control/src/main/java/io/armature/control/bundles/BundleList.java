package io.armature.control.bundles;

import io.armature.control.api.JsonText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/** The installed bundles as rows. */
final class BundleList {

    /**
     * @param level the start level
     * @param state for example {@code active}, see {@link #state}
     * @param replaced whether it is no longer, or was never, that of the slot
     */
    record Row(long id, String name, String version, int level, String state, boolean replaced) {

        String json() {
            return "{\"id\":"
                    + id
                    + ",\"name\":"
                    + JsonText.quoted(name)
                    + ",\"version\":"
                    + JsonText.quoted(version)
                    + ",\"level\":"
                    + level
                    + ",\"state\":"
                    + JsonText.quoted(state)
                    + ",\"replaced\":"
                    + replaced
                    + "}";
        }
    }

    private static final String INSTALLED = "armature.installed";

    private final BundleContext context;

    BundleList(BundleContext context) {
        this.context = context;
    }

    List<Row> rows() {
        String installed = context.getProperty(INSTALLED);
        return Arrays.stream(context.getBundles())
                .map(
                        bundle ->
                                new Row(
                                        bundle.getBundleId(),
                                        String.valueOf(bundle.getSymbolicName()),
                                        bundle.getVersion().toString(),
                                        level(bundle),
                                        state(bundle),
                                        replaced(bundle, installed)))
                .toList();
    }

    /**
     * Whether a bundle came at another time than those of the slot.
     *
     * @param installed first and last moment of their installation, milliseconds since the epoch,
     *     as the launcher says it: {@code <first>-<last>}; null where no launcher was
     */
    static boolean replaced(Bundle bundle, String installed) {
        if (installed == null || bundle.getBundleId() == 0) {
            return false;
        }
        int dash = installed.indexOf('-');
        long first = Long.parseLong(installed.substring(0, dash));
        long last = Long.parseLong(installed.substring(dash + 1));
        return bundle.getLastModified() < first || bundle.getLastModified() > last;
    }

    private static int level(Bundle bundle) {
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        return level == null ? 0 : level.getStartLevel();
    }

    /**
     * The framework's word; {@code lazy} for one that is started by the first use of its classes.
     */
    static String state(Bundle bundle) {
        if (bundle.getState() == Bundle.STARTING && isLazy(bundle)) {
            return "lazy";
        }
        State[] states = State.values();
        int index = Integer.numberOfTrailingZeros(bundle.getState());
        return index < states.length
                ? states[index].name().toLowerCase(Locale.ROOT)
                : "unknown " + bundle.getState();
    }

    private static boolean isLazy(Bundle bundle) {
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        String policy = bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATIONPOLICY);
        return level != null
                && level.isActivationPolicyUsed()
                && policy != null
                && policy.strip().startsWith(Constants.ACTIVATION_LAZY);
    }

    /** The framework's states in the order of their bits. */
    private enum State {
        UNINSTALLED,
        INSTALLED,
        RESOLVED,
        STARTING,
        STOPPING,
        ACTIVE
    }
}
