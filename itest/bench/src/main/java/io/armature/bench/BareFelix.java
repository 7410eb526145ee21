package io.armature.bench;

import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/**
 * The smallest thing that can be called an OSGi platform: Felix with Declarative Services and
 * nothing else.
 */
public final class BareFelix {

    private BareFelix() {}

    /** Arguments: the storage folder, then the bundles in order of starting. */
    public static void main(String[] arguments) throws BundleException {
        Map<String, String> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, arguments[0]);
        configuration.put(
                Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        Framework framework =
                new org.apache.felix.framework.FrameworkFactory().newFramework(configuration);
        framework.init();
        List<Bundle> bundles = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            String location = "reference:" + new File(arguments[i]).toURI();
            bundles.add(framework.getBundleContext().installBundle(location));
        }
        framework.start();
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }
}
