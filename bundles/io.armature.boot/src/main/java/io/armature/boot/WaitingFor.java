package io.armature.boot;

import io.armature.boot.api.Phase;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.timeline.BootRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Names what an unfinished phase waits for. Looks only when asked. */
final class WaitingFor implements Function<PhaseProgress, List<String>> {

    private static final String CONDITION = "osgi.ds.satisfying.condition";

    private final BootRecord record;
    private final ServiceComponentRuntime components;
    private final BundleContext context;
    private final String application;
    private final HiddenReferences hidden;

    WaitingFor(
            BootRecord record,
            ServiceComponentRuntime components,
            BundleContext context,
            String application,
            HiddenReferences hidden) {
        this.record = record;
        this.components = components;
        this.context = context;
        this.application = application;
        this.hidden = hidden;
    }

    @Override
    public List<String> apply(PhaseProgress progress) {
        Phase phase = progress.phase();
        List<String> reasons = new ArrayList<>();
        for (String task : progress.openTasks()) {
            reasons.add("task '" + task + "' is not finished");
        }
        if (phase == Phase.APPLICATION && record.announcedBy() == null) {
            reasons.add("the application (" + application + ") has not announced itself");
        }
        if (phase == Phase.SYSTEM_SERVICES && record.published(id(Phase.APPLICATION)) < 0) {
            reasons.add("condition armature.boot-complete is missing");
        }
        for (Bundle bundle : context.getBundles()) {
            if (bundle.adapt(BundleStartLevel.class).getStartLevel() == phase.level()) {
                bundle(bundle, reasons);
            }
        }
        return reasons;
    }

    private static String id(Phase phase) {
        return phase.milestone().orElseThrow();
    }

    private void bundle(Bundle bundle, List<String> reasons) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0) {
            return;
        }
        String name = bundle.getSymbolicName();
        switch (bundle.getState()) {
            case Bundle.INSTALLED -> reasons.add("bundle " + name + " is not resolved");
            case Bundle.RESOLVED -> reasons.add("bundle " + name + " is not started");
            case Bundle.STARTING -> {
                if (!bundle.adapt(BundleStartLevel.class).isActivationPolicyUsed()) {
                    reasons.add("bundle " + name + " is still starting");
                }
            }
            case Bundle.ACTIVE -> {
                for (ComponentDescriptionDTO c : components.getComponentDescriptionDTOs(bundle)) {
                    component(bundle, c, reasons);
                }
            }
            default -> {} // stopping or gone
        }
    }

    private void component(Bundle bundle, ComponentDescriptionDTO component, List<String> reasons) {
        for (ComponentConfigurationDTO c : components.getComponentConfigurationDTOs(component)) {
            if (c.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) {
                reasons.add("component " + component.name + " has no configuration");
            } else if (c.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                for (UnsatisfiedReferenceDTO missing : c.unsatisfiedReferences) {
                    reasons.add(missing(bundle, component, missing));
                }
            } else if (c.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                reasons.add("component " + component.name + " failed: " + firstLine(c.failure));
            }
        }
    }

    private static String firstLine(String failure) {
        if (failure == null) {
            return "no reason given";
        }
        int end = failure.indexOf('\n');
        return end < 0 ? failure : failure.substring(0, end).strip();
    }

    private String missing(
            Bundle bundle, ComponentDescriptionDTO component, UnsatisfiedReferenceDTO d) {
        if (d.name.equals(CONDITION)) {
            return "component " + component.name + " waits for condition " + d.target;
        }
        String type = null;
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(d.name)) {
                type = reference.interfaceName;
            }
        }
        String reference =
                "component "
                        + component.name
                        + ": reference '"
                        + d.name
                        + "' to "
                        + (type == null ? "a service" : type)
                        + (d.target == null ? "" : " " + d.target);
        return hidden.of(bundle, type, d.target)
                .map(service -> reference + " is hidden by policy: " + service)
                .orElse(reference + " is missing");
    }
}
