package io.armature.boot;

import io.armature.boot.api.Phase;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Components that do not work, and why. Looks only when asked; any thread. */
final class LackingComponents {

    private static final String CONDITION = "osgi.ds.satisfying.condition";

    private final ServiceComponentRuntime components;
    private final HiddenReferences hidden;

    /**
     * One reason why a component does not work.
     *
     * @param component its name
     * @param predicate what a sentence says of it, with what stands before: a blank or a colon
     */
    record Lack(String component, String predicate) {

        String subject() {
            return "component " + component;
        }

        String sentence() {
            return subject() + predicate;
        }

        String reason() {
            return predicate.startsWith(": ") ? predicate.substring(2) : predicate.strip();
        }
    }

    LackingComponents(ServiceComponentRuntime components, HiddenReferences hidden) {
        this.components = components;
        this.hidden = hidden;
    }

    /** Everything that keeps a bundle's components from working. */
    List<Lack> of(Bundle bundle) {
        List<Lack> lacks = new ArrayList<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO c :
                    components.getComponentConfigurationDTOs(component)) {
                if (c.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) {
                    lacks.add(new Lack(component.name, " has no configuration"));
                } else {
                    of(bundle, component, c, lacks);
                }
            }
        }
        return lacks;
    }

    /**
     * As the other, without those that are meant to be off: such as want a configuration that
     * nobody gave, and such as a milestone holds back that is still to come.
     */
    List<Lack> unexpected(Bundle bundle) {
        List<Lack> lacks = new ArrayList<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO c :
                    components.getComponentConfigurationDTOs(component)) {
                if (!isEarly(c)) {
                    of(bundle, component, c, lacks);
                }
            }
        }
        return lacks;
    }

    private static boolean isEarly(ComponentConfigurationDTO c) {
        if (c.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
            for (UnsatisfiedReferenceDTO missing : c.unsatisfiedReferences) {
                if (missing.name.equals(CONDITION) && awaitsMilestone(missing.target)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A milestone stays once it is there. */
    private static boolean awaitsMilestone(String target) {
        for (Phase phase : Phase.values()) {
            String milestone = phase.milestone().orElse(null);
            if (milestone != null && target != null && target.contains("=" + milestone + ")")) {
                return true;
            }
        }
        return false;
    }

    private void of(
            Bundle bundle,
            ComponentDescriptionDTO component,
            ComponentConfigurationDTO c,
            List<Lack> lacks) {
        if (c.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
            for (UnsatisfiedReferenceDTO missing : c.unsatisfiedReferences) {
                lacks.add(new Lack(component.name, missing(bundle, component, missing)));
            }
        } else if (c.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
            lacks.add(new Lack(component.name, " failed: " + firstLine(c.failure)));
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
            return " waits for condition " + d.target;
        }
        String type = null;
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(d.name)) {
                type = reference.interfaceName;
            }
        }
        String reference =
                ": reference '"
                        + d.name
                        + "' to "
                        + (type == null ? "a service" : type)
                        + (d.target == null ? "" : " " + d.target);
        return hidden.of(bundle, type, d.target)
                .map(service -> reference + " is hidden by policy: " + service)
                .orElse(reference + " is missing");
    }
}
