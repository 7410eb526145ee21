package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.armature.boot.api.BootControl;
import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
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
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** The application never announces itself: failsafe after 30 s, and nothing behind it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SilentApplicationTest {

    private static final String STRANGER = "com.example.stranger";

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
        stranger();

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
        String timeline = timeline();
        assertTrue(
                timeline,
                timeline.contains(
                        "the application (bundle io.armature.console) has not announced itself"));
        assertTrue(
                timeline,
                timeline.contains(
                        "component com.example.stranger: reference 'wanted' to"
                                + " io.armature.reporting.api.Reporting is hidden by policy:"
                                + " Reporting of bundle io.armature.reporting: no rule lets bundle"
                                + " com.example.stranger request Reporting (armature services"
                                + " explain com.example.stranger Reporting)"));
    }

    /** Installs a bundle of the open phase with a component that no policy grants its reference. */
    private void stranger() throws Exception {
        String component =
                """
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s">
                  <reference name="wanted" interface="%s"/>
                  <implementation class="com.example.NotThere"/>
                </scr:component>"""
                        .formatted(STRANGER, Reporting.class.getName());
        new BareBundle(context, STRANGER, Map.of("OSGI-INF/wanting.xml", component))
                .context()
                .getBundle()
                .adapt(BundleStartLevel.class)
                .setStartLevel(25);
    }

    /** What {@code armature boot timeline --json} prints. */
    private String timeline() throws Exception {
        for (ServiceReference<ConsoleSource> reference :
                context.getServiceReferences(ConsoleSource.class, null)) {
            ConsoleSource source = context.getService(reference);
            if (source.name().equals("boot")) {
                return source.snapshot();
            }
        }
        throw new AssertionError("no source 'boot'");
    }
}
