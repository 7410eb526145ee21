package io.armature.services.api.testing;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Hold;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.api.Sticky;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A service manager for tests of its users: everybody may do everything, time-outs are ignored,
 * waiting requests are handed over oldest first. A registration fails only with {@link
 * ErrorCode#SERVICE_ALREADY_REGISTERED}, a query only with {@link ErrorCode#SERVICE_NOT_FOUND} for
 * a name never registered or requested. Callbacks run in the caller's thread; any thread.
 */
public final class FakeServiceManager {

    private record Waiting(Identity client, FakePipe pipe) {}

    private static final class Service {
        final Queue<Waiting> waiting = new ArrayDeque<>();
        Owned owner;
    }

    private record Owned(
            Identity owner, ServiceProvider provider, CompletableFuture<CloseReason> closed) {}

    private final Map<String, Service> services = new HashMap<>();
    private final List<ServiceObserver> observers = new CopyOnWriteArrayList<>();
    private final Map<Class<?>, Object> published = new HashMap<>();

    /** The manager as a process of that user sees it. */
    public ServiceManager user(long uid) {
        return new Caller(identity(uid));
    }

    /** Who {@link #user} is to others: no label, group and process 0. */
    public static Identity identity(long uid) {
        return new Identity(Optional.empty(), Optional.empty(), uid, 0, 0, Optional.empty());
    }

    /**
     * Sets the owner that stand-ins call.
     *
     * @param service null: none; their calls fail at once then, none is held
     */
    public synchronized <T> void publish(Class<T> type, T service) {
        published.put(type, service);
    }

    private synchronized Object published(Class<?> type) {
        return published.get(type);
    }

    private Service service(String name) {
        return services.computeIfAbsent(name, unknown -> new Service());
    }

    private synchronized void register(String name, Owned wanted) {
        Service service = service(name);
        if (service.owner != null) {
            wanted.closed.complete(
                    CloseReason.of(ErrorCode.SERVICE_ALREADY_REGISTERED, name + " has an owner"));
            return;
        }
        service.owner = wanted;
        tell(ServiceEvent.Type.REGISTERED, name, wanted.owner);
        while (!service.waiting.isEmpty()) {
            handOver(wanted, service.waiting.remove());
        }
    }

    private synchronized void release(String name, Owned owned) {
        Service service = service(name);
        if (owned.equals(service.owner)) {
            service.owner = null;
            tell(ServiceEvent.Type.UNREGISTERED, name, owned.owner);
        }
        owned.closed.complete(CloseReason.NONE);
    }

    private synchronized void request(String name, Waiting request) {
        Service service = service(name);
        if (service.owner == null) {
            service.waiting.add(request);
        } else {
            handOver(service.owner, request);
        }
    }

    private static void handOver(Owned owner, Waiting request) {
        try {
            owner.provider.request(request.client, request.pipe);
        } catch (RuntimeException e) {
            request.pipe.close(CloseReason.of(ErrorCode.UNKNOWN, "the owner failed: " + e));
        }
    }

    private synchronized ServiceState query(String name) throws ServiceException {
        Service service = services.get(name);
        if (service == null) {
            throw new ServiceException(ErrorCode.SERVICE_NOT_FOUND, "nobody has named " + name);
        }
        return service.owner == null
                ? new ServiceState.Unregistered()
                : new ServiceState.Registered(service.owner.owner);
    }

    private void tell(ServiceEvent.Type type, String name, Identity who) {
        observers.forEach(observer -> observer.onServiceEvent(new ServiceEvent(type, name, who)));
    }

    private final class Caller implements ServiceManager {

        private final Identity identity;

        Caller(Identity identity) {
            this.identity = identity;
        }

        @Override
        public Registration register(String name, ServiceProvider provider) {
            Owned wanted = new Owned(identity, provider, new CompletableFuture<>());
            FakeServiceManager.this.register(name, wanted);
            return new Registration() {
                @Override
                public CompletionStage<CloseReason> closed() {
                    return wanted.closed;
                }

                @Override
                public void close() {
                    release(name, wanted);
                }
            };
        }

        @Override
        public Pipe request(String name) {
            FakePipe pipe = FakePipe.make();
            FakeServiceManager.this.request(name, new Waiting(identity, pipe.other()));
            return pipe;
        }

        @Override
        public Pipe request(String name, Duration timeout) {
            return request(name);
        }

        @Override
        public CompletionStage<ServiceState> query(String name) {
            try {
                return CompletableFuture.completedFuture(FakeServiceManager.this.query(name));
            } catch (ServiceException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public Subscription observe(ServiceObserver observer) {
            ServiceObserver own = observer::onServiceEvent; // each one added gets each event
            observers.add(own);
            return () -> observers.remove(own);
        }

        @Override
        public <T> Sticky<T> sticky(Class<T> type, Hold hold) {
            return new FakeSticky<>(type, hold, () -> type.cast(published(type)));
        }
    }
}
