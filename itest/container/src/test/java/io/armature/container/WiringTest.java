package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** Bundles meet each other only in apis, and nothing waits for ever. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WiringTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void noBundleUsesPackagesOfAProvider() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Set<String> faults = new TreeSet<>();
        for (Bundle bundle : device.installed().values()) {
            for (BundleWire wire :
                    bundle.adapt(BundleWiring.class).getRequiredWires("osgi.wiring.package")) {
                String provider = wire.getProvider().getSymbolicName();
                if (provider.startsWith("io.armature.")
                        && !provider.endsWith(".api")
                        && !provider.endsWith(".proto")) {
                    faults.add(bundle.getSymbolicName() + " uses packages of " + provider);
                }
            }
        }

        assertEquals(Set.of(), faults);
    }

    @Test
    public void everyRequiredComponentIsSatisfied() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();

        assertEquals(Set.of(), new Components(context).unsatisfied());
    }

    /** The component runtime tells of nothing else, so that it formats nothing in vain. */
    @Test
    public void activationsOfComponentsAreOnRecord() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        String timeline = device.timeline();
        for (String component :
                List.of(
                        "services.GuardComponent",
                        "services.ServicesComponent",
                        "reporting.SpoolComponent",
                        "control.ControlSocket")) {
            assertTrue(component, timeline.contains("\"io.armature." + component + "\""));
        }
    }
}
