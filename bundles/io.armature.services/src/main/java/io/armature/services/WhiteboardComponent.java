package io.armature.services;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.hooks.Whiteboard;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Lets bundles own services by publishing them with a governed name; wiring only. */
@Component(
        service = {},
        immediate = true)
public final class WhiteboardComponent {

    private final Whiteboard whiteboard;
    private final Subscription changes;

    /** Registers what is published now and later. */
    @Activate
    public WhiteboardComponent(
            BundleContext context, @Reference Services services, @Reference DeviceClock clock) {
        whiteboard =
                new Whiteboard(
                        context,
                        (bundle, name, provider) ->
                                services.caller(bundle).register(name, provider),
                        clock,
                        services.timers());
        changes = services.onChange((before, now) -> whiteboard.policiesChanged());
        whiteboard.open();
    }

    @Deactivate
    void stop() {
        changes.close();
        whiteboard.close();
    }
}
