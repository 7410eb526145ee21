package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import io.armature.boot.api.BootControl;
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

/** The conductor is replaced on a running device. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ConductorSwapTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void milestonesAndAllThatWaitedForThemOutliveAnUpdateOfTheConductor() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Object milestones = device.conditions();
        long spool = device.serviceId(Reporting.class.getName());
        long conductor = device.serviceId(BootControl.class.getName());

        device.swap(Device.CONDUCTOR);
        device.await(BootControl.class);

        assertEquals(milestones, device.conditions());
        assertEquals(spool, device.serviceId(Reporting.class.getName()));
        assertNotEquals(conductor, device.serviceId(BootControl.class.getName()));
    }
}
