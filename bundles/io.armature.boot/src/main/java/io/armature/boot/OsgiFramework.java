package io.armature.boot;

import io.armature.boot.api.Phase;
import io.armature.boot.api.PhaseTask;
import io.armature.boot.conductor.Framework;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.condition.Condition;

/** The framework that this bundle runs in. */
final class OsgiFramework implements Framework {

    private static final String RECORD = "armature.boot.record";

    private final BundleContext context;
    private final BundleContext system;
    private final FrameworkStartLevel levels;

    OsgiFramework(BundleContext context) {
        this.context = context;
        system = context.getBundle(0).getBundleContext();
        levels = context.getBundle(0).adapt(FrameworkStartLevel.class);
    }

    /** The map of this boot's facts: made once, registered by the system bundle, never removed. */
    ConcurrentMap<String, Object> facts() {
        Collection<?> found = references(ConcurrentMap.class, "(" + RECORD + "=1)");
        for (Object reference : found) {
            Object map = system.getService((ServiceReference<?>) reference);
            if (map instanceof ConcurrentMap<?, ?> facts) {
                return facts(facts);
            }
        }
        ConcurrentMap<String, Object> facts = new ConcurrentHashMap<>();
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RECORD, "1");
        system.registerService(ConcurrentMap.class, facts, properties);
        return facts;
    }

    @SuppressWarnings("unchecked") // made above, by this or an earlier version of this bundle
    private static ConcurrentMap<String, Object> facts(ConcurrentMap<?, ?> map) {
        return (ConcurrentMap<String, Object>) map;
    }

    @Override
    public int level() {
        return levels.getStartLevel();
    }

    @Override
    public void raise(int level, Runnable reached) {
        whenActive(() -> request(level, reached));
    }

    /**
     * Runs a task once the framework is active. Felix tells no listener of a level that is done
     * before that, and on a busy machine level 10 can be.
     */
    private void whenActive(Runnable task) {
        AtomicBoolean done = new AtomicBoolean();
        FrameworkListener started =
                new FrameworkListener() {
                    @Override
                    public void frameworkEvent(FrameworkEvent event) {
                        if (system.getBundle().getState() == Bundle.ACTIVE
                                && done.compareAndSet(false, true)) {
                            system.removeFrameworkListener(this);
                            task.run();
                        }
                    }
                };
        system.addFrameworkListener(started);
        if (system.getBundle().getState() == Bundle.ACTIVE && done.compareAndSet(false, true)) {
            system.removeFrameworkListener(started);
            task.run();
        }
    }

    private void request(int level, Runnable reached) {
        levels.setStartLevel(
                level,
                event -> {
                    if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
                        reached.run();
                    }
                });
    }

    @Override
    public void publish(String condition) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Condition.CONDITION_ID, condition);
        system.registerService(Condition.class, Condition.INSTANCE, properties);
    }

    @Override
    public List<PhaseTask> tasks(Phase phase) {
        List<PhaseTask> tasks = new ArrayList<>();
        String filter = "(" + PhaseTask.PHASE + "=" + phase.label() + ")";
        for (ServiceReference<PhaseTask> reference : references(PhaseTask.class, filter)) {
            PhaseTask task = context.getService(reference);
            if (task != null) {
                tasks.add(task);
            }
        }
        return tasks;
    }

    private <S> Collection<ServiceReference<S>> references(Class<S> type, String filter) {
        try {
            return context.getServiceReferences(type, filter);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(filter, e);
        }
    }
}
