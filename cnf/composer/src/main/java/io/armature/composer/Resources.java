package io.armature.composer;

import aQute.bnd.build.model.EE;
import aQute.bnd.header.Attrs;
import aQute.bnd.header.Parameters;
import aQute.bnd.osgi.resource.CapReqBuilder;
import aQute.bnd.osgi.resource.ResourceBuilder;
import aQute.bnd.osgi.resource.ResourceUtils;
import io.armature.composer.FirmwareProfile.Architecture;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/** What bundles and the framework offer and ask for, as bnd reads it. */
final class Resources {

    private static final String EXTRA_PACKAGES = "org.osgi.framework.system.packages.extra";
    private static final String EXTRA_CAPABILITIES = "org.osgi.framework.system.capabilities.extra";

    private Resources() {}

    static Resource of(Manifest manifest) {
        ResourceBuilder builder = new ResourceBuilder();
        builder.addManifest(manifest);
        return builder.build();
    }

    /**
     * What the system bundle offers: Java 17's packages, the framework's own, and what the launcher
     * adds from its class path.
     *
     * @param framework manifest of the framework's jar
     * @param properties framework properties that the launcher sets
     */
    static Resource system(
            Manifest framework, Map<String, String> properties, Architecture architecture) {
        ResourceBuilder builder = new ResourceBuilder();
        builder.addManifest(framework);
        builder.addEE(EE.JavaSE_17);
        builder.addExportPackages(EE.JavaSE_17.getPackages());
        builder.addExportPackages(new Parameters(properties.getOrDefault(EXTRA_PACKAGES, "")));
        builder.addProvideCapabilities(properties.getOrDefault(EXTRA_CAPABILITIES, ""));
        builder.addExportPackage("com.sun.net.httpserver", new Attrs());
        Map<String, Object> bundle =
                Map.of(
                        "osgi.wiring.bundle",
                        "system.bundle",
                        "bundle-version",
                        Version.emptyVersion);
        builder.addCapability(capability("osgi.wiring.bundle", bundle));
        builder.addCapability(
                capability(
                        "osgi.native",
                        Map.of(
                                "osgi.native.osname",
                                List.of("Linux"),
                                "osgi.native.processor",
                                architecture.osgiNames(),
                                "osgi.native.osversion",
                                Version.emptyVersion,
                                "osgi.native.language",
                                "en")));
        return builder.build();
    }

    private static CapReqBuilder capability(String namespace, Map<String, Object> attributes) {
        CapReqBuilder builder = new CapReqBuilder(namespace);
        attributes.forEach(
                (key, value) -> {
                    try {
                        builder.addAttribute(key, value);
                    } catch (Exception e) {
                        throw new IllegalArgumentException(key + " of " + namespace, e);
                    }
                });
        return builder;
    }

    static boolean provides(Resource resource, Requirement requirement) {
        for (Capability capability : resource.getCapabilities(requirement.getNamespace())) {
            if (ResourceUtils.matches(requirement, capability)) {
                return true;
            }
        }
        return false;
    }

    /** Whether bundles can do without it. */
    static boolean optional(Requirement requirement) {
        return "optional".equals(requirement.getDirectives().get("resolution"));
    }
}
