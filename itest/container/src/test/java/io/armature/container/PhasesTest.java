package io.armature.container;

import static org.junit.Assert.assertEquals;

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

/** A healthy boot passes every phase. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PhasesTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void milestonesComeInOrderAndOnce() throws Exception {
        assertEquals(
                List.of(
                        "armature.startup",
                        "armature.boot-services",
                        "armature.boot-complete",
                        "armature.failsafe",
                        "armature.system-services"),
                new Device(context).boot());
    }
}
