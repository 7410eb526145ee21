package io.armature.boot;

import io.armature.boot.api.Milestone;
import io.armature.boot.application.Application;
import io.armature.boot.application.ApplicationLimits;
import io.armature.boot.application.ApplicationProcess;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.ProcessLauncher;
import io.armature.platform.api.Randomness;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Runs the application's process from boot-services on, if the application is one. */
@Component(
        service = ApplicationSupervisor.class,
        immediate = true,
        configurationPid = "io.armature.boot")
@Designate(ocd = ApplicationSupervisor.Settings.class)
@SatisfyingConditionTarget(Milestone.BOOT_SERVICES)
public final class ApplicationSupervisor {

    /** Settings of the application's process. */
    @ObjectClassDefinition(name = "Application process")
    public @interface Settings {
        /** Program and arguments. */
        @AttributeDefinition(
                description =
                        "Program and arguments of the application's process; a relative program is"
                                + " looked up below the device's root. Empty: the program that the"
                                + " firmware profile names.")
        String[] application_command() default {};

        /** Above it, a process of the application gets no more memory. */
        @AttributeDefinition(
                description =
                        "Most address space of each process of the application, MiB; 0: any. Five"
                                + " to ten times of what it uses, so that a leak ends it and not"
                                + " the device.",
                min = "0",
                max = "1048576")
        int application_address_space_mb() default 0;
    }

    private final BundleContext context;
    private final SynchronousBundleListener shutdown = this::bundleChanged;
    private final ApplicationProcess process;
    private final ThreadPoolExecutor serial;

    @Activate
    public ApplicationSupervisor(
            @Reference BootConductor boot,
            @Reference ProcessLauncher launcher,
            @Reference DeviceClock clock,
            @Reference DevicePaths paths,
            @Reference Randomness randomness,
            Settings settings,
            BundleContext context) {
        this.context = context;
        if (!(boot.application() instanceof Application.OfProcess named)) {
            process = null;
            serial = null;
            return;
        }
        serial =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> new Thread(work, "boot-application"),
                        new ThreadPoolExecutor.DiscardPolicy()); // ends after ours
        serial.allowCoreThreadTimeOut(true);
        process =
                new ApplicationProcess(
                        new ApplicationProcess.Program(
                                command(named, settings, paths),
                                paths.root(),
                                paths.log().resolve("application.log")),
                        launcher,
                        clock,
                        randomness,
                        boot.record(),
                        serial);
        context.addBundleListener(shutdown);
        process.start();
    }

    private static List<String> command(
            Application.OfProcess named, Settings settings, DevicePaths paths) {
        List<String> command = new ArrayList<>(List.of(settings.application_command()));
        if (command.isEmpty()) {
            command.add(named.name());
        }
        command.set(0, paths.root().resolve(command.get(0)).toString());
        return new ApplicationLimits(settings.application_address_space_mb()).around(command);
    }

    /** The application ends with the framework, not with an update of this bundle. */
    private void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
            process.stop();
        }
    }

    @Deactivate
    void deactivate() {
        if (process == null) {
            return;
        }
        context.removeBundleListener(shutdown);
        if (context.getBundle(0).getState() == Bundle.STOPPING) {
            process.stop();
        } else {
            process.leave();
        }
        serial.shutdown();
    }
}
