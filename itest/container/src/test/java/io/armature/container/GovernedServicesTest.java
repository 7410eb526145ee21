package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.armature.reporting.api.Reporting;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceProvider;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/** Policy decides who sees governed services; owners come and go under load. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class GovernedServicesTest {

    private static final String MANAGER = "io.armature.services";
    private static final String COMMANDS = "io.armature.reporting.command";
    private static final String NAME = "Heating";

    /** Requests under way at once; fewer than may wait. */
    private static final int WINDOW = 256;

    private static final long DEADLINE_SECONDS = 30;

    @Inject private BundleContext context;

    @Configuration
    public Option[] slot() {
        return Slot.options(
                Map.of(
                        "etc/mojo/service_manager/policy/Heating.jsonc",
                        """
                        [ // for this test
                          {"bundle": "com.example.heater", "own": ["Heating"]},
                          {"bundle": "com.example.knob", "request": ["Heating"]},
                        ]"""));
    }

    private static boolean sees(BundleContext context) {
        return context.getServiceReference(Reporting.class) != null;
    }

    @Test
    public void whoHasNoGrantNeitherFindsTheServiceNorHearsOfIt() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        List<ServiceEvent> heard = new CopyOnWriteArrayList<>();
        ServiceListener listener = heard::add;
        context.addServiceListener(listener, "(armature.service=Reporting)");
        try {
            assertEquals(false, sees(context));
            assertTrue("who has one does", sees(device.bundle(COMMANDS).getBundleContext()));
            device.swap("io.armature.reporting");
            device.await(Reporting.class);
            assertEquals(List.of(), heard);
            assertEquals(false, sees(context));
        } finally {
            context.removeServiceListener(listener);
        }
    }

    @Test
    public void nothingIsShownWhileTheServiceManagerIsReplaced() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        List<ServiceEvent> heard = new CopyOnWriteArrayList<>();
        ServiceListener listener = heard::add;
        context.addServiceListener(listener, "(armature.service=Reporting)");
        Bundle commands = device.bundle(COMMANDS);
        try {
            device.bundle(MANAGER).stop(Bundle.STOP_TRANSIENT);
            assertEquals(false, sees(context));
            assertTrue("the policy of before counts", sees(commands.getBundleContext()));
            device.swap("io.armature.reporting");
            device.await(Reporting.class);
            assertEquals(false, sees(context));
            device.swap(MANAGER);
            device.await(ServiceManager.class);
            assertEquals(false, sees(context));
            assertTrue(sees(commands.getBundleContext()));
            assertEquals(List.of(), heard);
        } finally {
            context.removeServiceListener(listener);
        }
    }

    @Test
    public void noRequestIsLostWhileItsOwnerIsReplacedUnderLoad() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        BareBundle heater = new BareBundle(context, "com.example.heater");
        BareBundle knob = new BareBundle(context, "com.example.knob");
        AtomicBoolean done = new AtomicBoolean();
        List<CompletableFuture<String>> ends = new ArrayList<>();
        Thread load = new Thread(() -> request(knob.context(), done, ends), "load");
        publish(heater.context());
        load.start();
        for (int i = 0; i < 20; i++) {
            heater.update();
            publish(heater.context());
        }
        done.set(true);
        load.join();
        int served = 0;
        for (CompletableFuture<String> end : ends) {
            String how = end.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertTrue(how, how.equals("served") || how.equals("closed 0"));
            served += how.equals("served") ? 1 : 0;
        }
        assertTrue(served + " of " + ends.size() + " served", served > ends.size() / 2);
        heater.uninstall();
        knob.uninstall();
    }

    /** Answers each pipe and leaves it open: it is the requester who closes. */
    private static void publish(BundleContext owner) {
        Dictionary<String, Object> properties = new Hashtable<>(Map.of("armature.service", NAME));
        ServiceProvider provider =
                (client, pipe) -> {
                    assertEquals("com.example.knob", client.bundle().orElse(""));
                    pipe.listen(pipe::send);
                };
        owner.registerService(ServiceProvider.class, provider, properties);
    }

    private static void request(
            BundleContext knob, AtomicBoolean done, List<CompletableFuture<String>> ends) {
        ServiceManager manager = knob.getService(knob.getServiceReference(ServiceManager.class));
        assertNotNull(manager);
        Semaphore room = new Semaphore(WINDOW);
        while (!done.get()) {
            room.acquireUninterruptibly();
            CompletableFuture<String> end = new CompletableFuture<>();
            end.thenRun(room::release);
            Pipe pipe = manager.request(NAME);
            pipe.closed().thenAccept(reason -> end.complete("closed " + text(reason)));
            pipe.listen(
                    message -> {
                        end.complete("served");
                        pipe.close();
                    });
            pipe.send(new byte[] {1});
            ends.add(end);
        }
    }

    private static String text(CloseReason reason) {
        return reason.code() == 0 ? "0" : reason.code() + " " + reason.text();
    }

    @Test
    public void whoMayNotOwnAGovernedNameIsHidden() throws Exception {
        Device device = new Device(context);
        device.ensureBooted();
        BareBundle knob = new BareBundle(context, "com.example.knob");
        BareBundle impostor = new BareBundle(context, "com.example.impostor");
        publish(impostor.context());
        assertNull(knob.context().getServiceReference(ServiceProvider.class));
        impostor.uninstall();
        knob.uninstall();
    }
}
