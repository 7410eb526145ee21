package io.armature.boot;

import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What went wrong in this boot, and phases that are late. */
@Component
public final class BootFaults implements FaultSource {

    private final BootConductor boot;

    @Activate
    public BootFaults(@Reference BootConductor boot) {
        this.boot = boot;
    }

    @Override
    public List<Fault> faults() {
        return boot.faults();
    }
}
