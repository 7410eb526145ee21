package io.armature.boot;

import io.armature.control.api.ConsoleSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The boot's waterfall for the console. */
@Component
public final class BootSource implements ConsoleSource {

    private final BootConductor boot;

    @Activate
    public BootSource(@Reference BootConductor boot) {
        this.boot = boot;
    }

    @Override
    public String name() {
        return "boot";
    }

    @Override
    public String snapshot() {
        return boot.view().json();
    }

    @Override
    public Subscription observe(Runnable changed) {
        return boot.observe(changed);
    }
}
