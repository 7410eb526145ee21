package io.armature.boot;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Phase;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** One instance for each bundle that uses it: the framework says who calls. */
@Component(scope = ServiceScope.BUNDLE, property = "armature.service=BootControl")
public final class ApplicationControl implements BootControl {

    private final BootControl control;

    @Activate
    public ApplicationControl(@Reference BootConductor boot, ComponentContext context) {
        control = boot.control(context.getUsingBundle());
    }

    @Override
    public boolean isApplication() {
        return control.isApplication();
    }

    @Override
    public void announceReady() {
        control.announceReady();
    }

    @Override
    public CompletionStage<Void> reached(Phase phase) {
        return control.reached(phase);
    }
}
