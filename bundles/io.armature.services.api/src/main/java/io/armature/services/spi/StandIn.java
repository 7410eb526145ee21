package io.armature.services.spi;

import io.armature.services.api.Hold;
import io.armature.services.api.Sticky;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * What a bundle keeps of a stand-in. It belongs to no version of the service manager: the next one
 * finds it as a service of its user and takes the calls over. Any thread.
 */
public final class StandIn<T> implements Sticky<T> {

    private final Class<T> type;
    private final Hold hold;
    private final T service;
    private volatile StandInCalls calls;

    // Guarded by this.
    private ServiceRegistration<?> published;
    private boolean closed;

    /**
     * @param type an interface
     * @param calls gets them until another takes over
     */
    public StandIn(Class<T> type, Hold hold, StandInCalls calls) {
        this.type = type;
        this.hold = hold;
        this.calls = calls;
        this.service =
                type.cast(
                        Proxy.newProxyInstance(
                                type.getClassLoader(),
                                new Class<?>[] {type},
                                (self, method, arguments) -> call(self, method, arguments)));
    }

    private Object call(Object self, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() != Object.class) {
            return calls.call(method, arguments);
        }
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "stand-in for " + type.getName();
        };
    }

    /**
     * Lets the next version find it, until it is closed or its user stops.
     *
     * @param user context of the bundle that calls
     */
    public synchronized void publish(BundleContext user) {
        published = user.registerService(StandIn.class.getName(), this, null);
    }

    /** The interface that it stands for. */
    public Class<T> type() {
        return type;
    }

    /** How calls are held. */
    public Hold hold() {
        return hold;
    }

    /** Who has the calls now. */
    public StandInCalls calls() {
        return calls;
    }

    /**
     * Another gets the calls from now on; those under way are finished by who has them.
     *
     * @return false if this is closed; then nothing has happened
     */
    public boolean handOver(StandInCalls next) {
        StandInCalls before;
        synchronized (this) {
            if (closed) {
                return false;
            }
            before = calls;
            next.follow(before);
            calls = next;
        }
        before.leaveTo(next);
        return true;
    }

    @Override
    public T service() {
        return service;
    }

    @Override
    public boolean present() {
        return calls.present();
    }

    @Override
    public int held() {
        return calls.held();
    }

    @Override
    public void close() {
        ServiceRegistration<?> registration;
        synchronized (this) {
            closed = true;
            registration = published;
            published = null;
        }
        calls.close();
        if (registration != null) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                // its user has stopped: gone already
            }
        }
    }
}
