package io.armature.services.hooks;

import io.armature.services.api.ServiceNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes grants begin and end for components when policies change: the framework has nothing to tell
 * of a service that was there all the time, so components that refer to it are activated anew.
 */
public final class Regrants {

    private static final Logger LOG = LoggerFactory.getLogger(Regrants.class);

    private final BundleContext system;
    private final ServiceComponentRuntime components;

    /**
     * @param system context of the system bundle, from which nothing is hidden
     */
    public Regrants(BundleContext system, ServiceComponentRuntime components) {
        this.system = system;
        this.components = components;
    }

    /**
     * Activates anew what is concerned; may block as long as components take to end.
     *
     * @return names of the components, in the order of their bundles
     */
    public List<String> apply(Visibility before, Visibility now) {
        List<String> names = new ArrayList<>();
        for (Bundle bundle : system.getBundles()) {
            List<ServiceReference<?>> changed = changed(bundle, before, now);
            if (!changed.isEmpty()) {
                for (ComponentDescriptionDTO component : concerned(bundle, changed)) {
                    renew(component);
                    names.add(component.name);
                }
            }
        }
        return names;
    }

    private List<ServiceReference<?>> changed(Bundle bundle, Visibility before, Visibility now) {
        List<ServiceReference<?>> changed = new ArrayList<>();
        for (ServiceReference<?> service : governed()) {
            if (before.visible(bundle, service) != now.visible(bundle, service)) {
                changed.add(service);
            }
        }
        return changed;
    }

    private List<ServiceReference<?>> governed() {
        try {
            ServiceReference<?>[] all =
                    system.getAllServiceReferences(null, "(" + ServiceNames.PROPERTY + "=*)");
            return all == null ? List.of() : Arrays.asList(all);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Set<ComponentDescriptionDTO> concerned(
            Bundle bundle, List<ServiceReference<?>> changed) {
        Set<ComponentDescriptionDTO> concerned = new LinkedHashSet<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            if (components.isComponentEnabled(component)
                    && changed.stream().anyMatch(service -> refers(component, service))) {
                concerned.add(component);
            }
        }
        return concerned;
    }

    private static boolean refers(ComponentDescriptionDTO component, ServiceReference<?> service) {
        List<String> types = List.of((String[]) service.getProperty(Constants.OBJECTCLASS));
        for (ReferenceDTO reference : component.references) {
            if (types.contains(reference.interfaceName)) {
                return true;
            }
        }
        return false;
    }

    private void renew(ComponentDescriptionDTO component) {
        LOG.info("policy has changed for component name={}", component.name);
        components
                .disableComponent(component)
                .then(disabled -> components.enableComponent(component))
                .onFailure(e -> LOG.error("component {} stays disabled", component.name, e));
    }
}
