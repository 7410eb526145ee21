package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import io.armature.reporting.api.Reporting;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** The MQTT bridge is replaced under the spool. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BridgeSwapTest {

    private static final String BRIDGE = "io.armature.reporting.mqtt";

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void spoolAndMilestonesOutliveAnUpdateOfTheBridge() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Object milestones = device.conditions();
        long spool = device.serviceId(Reporting.class.getName());
        Object bridge = device.servicesOf(BRIDGE);

        device.swap(BRIDGE);

        assertEquals(milestones, device.conditions());
        assertEquals(spool, device.serviceId(Reporting.class.getName()));
        assertNotEquals(bridge, device.servicesOf(BRIDGE));
    }
}
