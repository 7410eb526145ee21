package io.armature.container;

import io.armature.reporting.api.Reporting;
import java.io.IOException;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;

/** A bundle with a component that no policy grants its only reference. */
final class Stranger {

    static final String NAME = "com.example.stranger";

    /** What an operator is told of its component. */
    static final String REASON =
            "reference 'wanted' to io.armature.reporting.api.Reporting is hidden by policy:"
                    + " Reporting of bundle io.armature.reporting: no rule lets bundle"
                    + " com.example.stranger request Reporting (armature services explain"
                    + " com.example.stranger Reporting)";

    private final BareBundle bundle;

    /** Installs and starts it at that level. */
    Stranger(BundleContext context, int level) throws BundleException, IOException {
        String component =
                """
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s">
                  <reference name="wanted" interface="%s"/>
                  <implementation class="com.example.NotThere"/>
                </scr:component>"""
                        .formatted(NAME, Reporting.class.getName());
        bundle = new BareBundle(context, NAME, Map.of("OSGI-INF/wanting.xml", component));
        bundle.context().getBundle().adapt(BundleStartLevel.class).setStartLevel(level);
    }

    void uninstall() throws BundleException {
        bundle.uninstall();
    }
}
