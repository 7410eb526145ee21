package io.armature.services.api.testing;

import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Service managers during whose making of a stand-in something else happens. Any thread. */
public final class InterruptedManagers {

    private final List<Made<?>> made = new CopyOnWriteArrayList<>();

    private static final class Made<T> implements Sticky<T> {
        private final T service;
        private volatile boolean closed;

        Made(T service) {
            this.service = service;
        }

        @Override
        public T service() {
            return service;
        }

        @Override
        public boolean present() {
            return false;
        }

        @Override
        public int held() {
            return 0;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /**
     * A manager that can only make stand-ins, whose methods nobody may call.
     *
     * @param meanwhile runs before the stand-in is there
     */
    public ServiceManager manager(Runnable meanwhile) {
        return (ServiceManager)
                Proxy.newProxyInstance(
                        ServiceManager.class.getClassLoader(),
                        new Class<?>[] {ServiceManager.class},
                        (proxy, method, arguments) -> {
                            meanwhile.run();
                            Made<Object> one = new Made<>(standIn((Class<?>) arguments[0]));
                            made.add(one);
                            return one;
                        });
    }

    private static Object standIn(Class<?> type) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** How many stand-ins were made. */
    public int made() {
        return made.size();
    }

    /** How many of them are not closed. */
    public long open() {
        return made.stream().filter(one -> !one.closed).count();
    }
}
