package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import io.armature.reporting.api.Reporting;
import io.armature.services.spi.ServiceBroker;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** The service manager is replaced under its users. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ServiceManagerSwapTest {

    private static final String MANAGER = "io.armature.services";

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void ownersRequestersAndMilestonesOutliveAnUpdateOfTheManager() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Object milestones = device.conditions();
        long spool = device.serviceId(Reporting.class.getName());
        Object commands = device.servicesOf("io.armature.reporting.command");
        Object before = device.servicesOf(MANAGER);

        device.swap(MANAGER);
        device.await(ServiceBroker.class);

        assertNotEquals(before, device.servicesOf(MANAGER));
        assertEquals(milestones, device.conditions());
        assertEquals(spool, device.serviceId(Reporting.class.getName()));
        assertEquals(commands, device.servicesOf("io.armature.reporting.command"));
    }
}
