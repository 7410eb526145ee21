package io.armature.container;

import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What the component runtime knows. */
final class Components {

    private final ServiceComponentRuntime runtime;

    Components(BundleContext context) {
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        runtime = context.getService(reference);
    }

    /** Components that want to run and lack something. */
    Set<String> unsatisfied() {
        Set<String> unsatisfied = new TreeSet<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO instance :
                    runtime.getComponentConfigurationDTOs(component)) {
                boolean waits =
                        instance.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE
                                || instance.state == ComponentConfigurationDTO.FAILED_ACTIVATION;
                if (waits) {
                    unsatisfied.add(component.name);
                }
            }
        }
        return unsatisfied;
    }
}
