package io.armature.container;

import static org.junit.Assert.assertEquals;

import java.util.Map;
import java.util.TreeMap;
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
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/** The framework holds what the lock says, running. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class LockPolicyTest {

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options();
    }

    @Test
    public void exactlyTheBundlesOfTheLockAreThereAtTheirLevels() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Map<String, Integer> levels = new TreeMap<>();
        device.installed()
                .forEach(
                        (name, bundle) ->
                                levels.put(
                                        name,
                                        bundle.adapt(BundleStartLevel.class).getStartLevel()));

        assertEquals(new TreeMap<>(device.locked()), levels);
    }

    @Test
    public void everyBundleRunsOrStartsWhenItIsUsed() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        Map<String, Integer> resting = new TreeMap<>();
        device.installed()
                .forEach(
                        (name, bundle) -> {
                            boolean lazy =
                                    bundle.getHeaders().get(Constants.BUNDLE_ACTIVATIONPOLICY)
                                            != null;
                            if (bundle.getState() != Bundle.ACTIVE
                                    && !(lazy && bundle.getState() == Bundle.STARTING)) {
                                resting.put(name, bundle.getState());
                            }
                        });

        assertEquals(Map.of(), resting);
    }
}
