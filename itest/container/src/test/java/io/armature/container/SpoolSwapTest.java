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

/** The spool is replaced under its users. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SpoolSwapTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void commandsAndMilestonesOutliveAnUpdateOfTheSpool() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Object milestones = device.conditions();
        long spool = device.serviceId(Reporting.class.getName());
        Object commands = device.servicesOf("io.armature.reporting.command");

        device.swap("io.armature.reporting");
        device.await(Reporting.class);

        assertEquals(milestones, device.conditions());
        assertEquals(commands, device.servicesOf("io.armature.reporting.command"));
        assertNotEquals(spool, device.serviceId(Reporting.class.getName()));
    }
}
