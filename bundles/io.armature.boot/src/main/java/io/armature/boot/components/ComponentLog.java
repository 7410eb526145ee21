package io.armature.boot.components;

import java.util.function.BooleanSupplier;
import org.osgi.framework.Bundle;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Loggers for the component runtime. Until the boot is done they hear its debug messages, because
 * these tell exactly when a component's instance is made; the messages themselves go nowhere.
 */
public final class ComponentLog implements LoggerFactory {

    private final Activations activations;
    private final BooleanSupplier booting;

    /**
     * @param booting false once activations are no longer of interest
     */
    public ComponentLog(Activations activations, BooleanSupplier booting) {
        this.activations = activations;
        this.booting = booting;
    }

    @Override
    public Logger getLogger(String name) {
        return new ComponentLogger(name, activations, booting);
    }

    @Override
    public Logger getLogger(Class<?> type) {
        return getLogger(type.getName());
    }

    @Override
    public <L extends Logger> L getLogger(String name, Class<L> type) {
        return type.cast(getLogger(name));
    }

    @Override
    public <L extends Logger> L getLogger(Class<?> named, Class<L> type) {
        return type.cast(getLogger(named.getName()));
    }

    @Override
    public <L extends Logger> L getLogger(Bundle bundle, String name, Class<L> type) {
        return type.cast(getLogger(name));
    }
}
