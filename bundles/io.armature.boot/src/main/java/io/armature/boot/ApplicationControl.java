package io.armature.boot;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Phase;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** One instance for each bundle that uses it: the framework says who calls. */
@Component(scope = ServiceScope.BUNDLE)
public final class ApplicationControl implements BootControl {

    private final BootConductor boot;
    private final Bundle caller;

    @Activate
    public ApplicationControl(@Reference BootConductor boot, ComponentContext context) {
        this.boot = boot;
        caller = context.getUsingBundle();
    }

    @Override
    public boolean isApplication() {
        return boot.isApplication(caller);
    }

    @Override
    public void announceReady() {
        boot.announce(caller);
    }

    @Override
    public CompletionStage<Void> reached(Phase phase) {
        return boot.conductor().reached(phase);
    }
}
