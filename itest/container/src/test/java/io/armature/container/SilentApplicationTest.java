package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.armature.boot.api.BootControl;
import io.armature.platform.api.DeviceClock;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Set;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** The application never announces itself: failsafe after 30 s, and nothing behind it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SilentApplicationTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void failsafeComesAfterThirtySecondsAndTheTimelineSaysWhyNothingElseDoes()
            throws Exception {
        Device device = new Device(context);
        LeapingClock clock = new LeapingClock(device.await(DeviceClock.class));
        Dictionary<String, Object> first = new Hashtable<>();
        first.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        context.registerService(DeviceClock.class, clock, first);
        device.bundle("io.armature.console").stop();
        new Stranger(context, 25);

        device.bundle(Device.CONDUCTOR).start();
        clock.awaitFailsafeTimer();
        device.awaitCondition("armature.boot-services");
        assertFalse(device.conditions().containsKey("armature.failsafe"));
        clock.leapOverThirtySeconds();
        device.awaitCondition("armature.failsafe");
        BootControl control = device.await(BootControl.class);
        assertFalse(control.isApplication());
        assertThrows(
                "this bundle is not the application",
                SecurityException.class,
                control::announceReady);

        assertEquals(
                Set.of("armature.startup", "armature.boot-services", "armature.failsafe"),
                device.conditions().keySet());
        assertEquals(30, context.getBundle(0).adapt(FrameworkStartLevel.class).getStartLevel());
        String timeline = device.timeline();
        assertTrue(
                timeline,
                timeline.contains(
                        "the application (bundle io.armature.console) has not announced itself"));
        assertTrue(
                timeline, timeline.contains("component " + Stranger.NAME + ": " + Stranger.REASON));
    }
}
