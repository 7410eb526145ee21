package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A component that policy keeps from working is named though every phase is over. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HiddenComponentTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void itIsNamedInTheTimelineAndAmongTheFaultsOfABootedDevice() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        assertEquals(List.of(), faults());
        Stranger stranger = new Stranger(context, 20);
        assertTrue(
                device.timeline(),
                device.timeline()
                        .contains(
                                "\"waiting\":[\"component "
                                        + Stranger.NAME
                                        + ": "
                                        + Stranger.REASON
                                        + "\"]"));
        assertEquals(
                List.of(new Fault("boot", "component " + Stranger.NAME, Stranger.REASON)),
                faults());
        stranger.uninstall();
        assertEquals(List.of(), faults());
    }

    /** The conductor's. */
    private List<Fault> faults() throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (ServiceReference<FaultSource> reference :
                context.getServiceReferences(FaultSource.class, null)) {
            if (reference.getBundle().getSymbolicName().equals(Device.CONDUCTOR)) {
                faults.addAll(context.getService(reference).faults());
            }
        }
        return faults;
    }
}
