package io.armature.services.hooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.SatisfiedReferenceDTO;
import org.osgi.util.promise.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes grants begin and end when policies change: the framework has nothing to tell of a service
 * that was there all the time. Components that refer to it are activated anew, whoever looks
 * services up is told to look again, and a bundle that uses what it has lost even then is started
 * anew.
 */
public final class Regrants {

    private static final Logger LOG = LoggerFactory.getLogger(Regrants.class);

    private final BundleContext system;
    private final Bundle own;
    private final ServiceComponentRuntime components;
    private final Runnable news;
    private final GovernedServices services;

    /**
     * @param system context of the system bundle, from which nothing is hidden
     * @param own this bundle, which sees all it needs
     * @param news tells whoever looks services up by itself that it should look again
     */
    public Regrants(
            BundleContext system, Bundle own, ServiceComponentRuntime components, Runnable news) {
        this.system = system;
        this.own = own;
        this.components = components;
        this.news = news;
        this.services = new GovernedServices(system);
    }

    private record Change(List<ServiceReference<?>> gained, List<ServiceReference<?>> lost) {

        boolean isNone() {
            return gained.isEmpty() && lost.isEmpty();
        }
    }

    /**
     * Does what the change asks for; blocks as long as components take to end and bundles to start.
     *
     * @return names of the components that were activated anew, in the order of their bundles, then
     *     of the bundles that were started anew
     */
    public List<String> apply(Sight before, Sight now) throws InterruptedException {
        news.run();
        List<String> names = new ArrayList<>();
        Map<Bundle, List<ServiceReference<?>>> lost = new LinkedHashMap<>();
        for (Bundle bundle : system.getBundles()) {
            Change change = change(bundle, before, now);
            if (!change.isNone()) {
                for (ComponentDescriptionDTO component : concerned(bundle, change)) {
                    renew(component);
                    names.add(component.name);
                }
                lost.put(bundle, change.lost());
            }
        }
        for (Map.Entry<Bundle, List<ServiceReference<?>>> loser : lost.entrySet()) {
            if (stillUses(loser.getKey(), loser.getValue())) {
                restart(loser.getKey());
                names.add(loser.getKey().getSymbolicName());
            }
        }
        return names;
    }

    private Change change(Bundle bundle, Sight before, Sight now) {
        Change change = new Change(new ArrayList<>(), new ArrayList<>());
        if (bundle.getState() != Bundle.ACTIVE || bundle.equals(own)) {
            return change;
        }
        for (ServiceReference<?> service : services.all()) {
            boolean sees = now.visible(bundle, service);
            if (sees != before.visible(bundle, service)) {
                (sees ? change.gained() : change.lost()).add(service);
            }
        }
        return change;
    }

    private List<ComponentDescriptionDTO> concerned(Bundle bundle, Change change) {
        List<ComponentDescriptionDTO> concerned = new ArrayList<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            if (components.isComponentEnabled(component)
                    && (change.lost().stream().anyMatch(service -> refers(component, service))
                            || change.gained().stream()
                                    .anyMatch(service -> wants(component, service)))) {
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

    /** Refers to it and has not been told of it: it may have been published just now. */
    private boolean wants(ComponentDescriptionDTO component, ServiceReference<?> service) {
        if (!refers(component, service)) {
            return false;
        }
        Object id = service.getProperty(Constants.SERVICE_ID);
        for (ComponentConfigurationDTO one : components.getComponentConfigurationDTOs(component)) {
            for (SatisfiedReferenceDTO reference : one.satisfiedReferences) {
                if (Arrays.stream(reference.boundServices).anyMatch(bound -> id.equals(bound.id))) {
                    return false;
                }
            }
        }
        return true;
    }

    private void renew(ComponentDescriptionDTO component) throws InterruptedException {
        LOG.info("policy has changed for component name={}", component.name);
        Promise<Void> renewed =
                components
                        .disableComponent(component)
                        .then(disabled -> components.enableComponent(component))
                        .onFailure(
                                e -> LOG.error("component {} stays disabled", component.name, e));
        renewed.getFailure(); // waits
    }

    private static boolean stillUses(Bundle bundle, List<ServiceReference<?>> lost) {
        return lost.stream().anyMatch(service -> GovernedServices.uses(bundle, service));
    }

    /** Its code got the object: nothing else makes the framework take it back. */
    private static void restart(Bundle bundle) {
        LOG.warn("started anew, it used what policy forbids now bundle={}", bundle);
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
            bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
        } catch (BundleException e) {
            LOG.error("bundle {} does not start again", bundle, e);
        }
    }
}
