package io.armature.services;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Hold;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.api.Sticky;
import io.armature.services.registry.FailureLog;
import io.armature.services.registry.LocalPipe;
import io.armature.services.spi.ServiceBroker;
import io.armature.services.spi.StandIn;
import io.armature.services.sticky.StickyServices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one bundle holds: registrations, its ends of pipes, observers, stand-ins. They end with the
 * bundle. Any thread.
 */
final class BundleCaller {

    private final Identity identity;
    private final ServiceBroker broker;
    private final StickyServices sticky;
    private final FailureLog failures;
    private final Set<AutoCloseable> held = ConcurrentHashMap.newKeySet();
    private final LocalPipe.Watcher forget = new Forgetting();
    private volatile boolean ended;

    BundleCaller(
            Identity identity, ServiceBroker broker, StickyServices sticky, FailureLog failures) {
        this.identity = identity;
        this.broker = broker;
        this.sticky = sticky;
        this.failures = failures;
    }

    Registration register(String name, ServiceProvider provider) {
        Registration registration = broker.register(identity, name, new Keeping(provider));
        keep(registration);
        registration.closed().thenRun(new Letting(registration));
        return registration;
    }

    // Classes, not lambdas: each boot runs these, and linking a lambda takes longer.
    private final class Keeping implements ServiceProvider {
        private final ServiceProvider provider;

        Keeping(ServiceProvider provider) {
            this.provider = provider;
        }

        @Override
        public void request(Identity client, Pipe pipe) {
            keep(pipe);
            provider.request(client, pipe);
        }
    }

    private final class Letting implements Runnable {
        private final AutoCloseable ended;

        Letting(AutoCloseable ended) {
            this.ended = ended;
        }

        @Override
        public void run() {
            held.remove(ended);
        }
    }

    private final class Forgetting implements LocalPipe.Watcher {
        @Override
        public void ended(Pipe end) {
            held.remove(end);
        }
    }

    Pipe request(String name, Optional<Duration> timeout) {
        LocalPipe pipe = new LocalPipe(failures);
        keep(pipe.near());
        broker.request(identity, name, timeout, pipe.far());
        return pipe.near();
    }

    private void keep(Pipe pipe) {
        keep((AutoCloseable) pipe);
        LocalPipe.watch(pipe, forget);
    }

    /** What comes after the end, of a thread that outlived its bundle, ends at once. */
    private void keep(AutoCloseable one) {
        held.add(one);
        if (ended) {
            end();
        }
    }

    CompletionStage<ServiceState> query(String name) {
        return broker.query(identity, name);
    }

    Subscription observe(ServiceObserver observer) {
        Subscription subscription = broker.observe(identity, observer);
        Subscription kept =
                new Subscription() {
                    @Override
                    public void close() {
                        held.remove(this);
                        subscription.close();
                    }
                };
        keep(kept);
        return kept;
    }

    <T> Sticky<T> sticky(Class<T> type, Hold hold) {
        Sticky<T> made = sticky.of(type, hold, held::remove);
        keep(made);
        return made;
    }

    /** Takes over a stand-in that an earlier version of the manager made for this bundle. */
    <T> void takeOver(StandIn<T> standIn) {
        if (sticky.takeOver(standIn, held::remove)) {
            keep(standIn);
        }
    }

    /** Other services may be visible now; may block as long as their owners take to start. */
    void policiesChanged() {
        sticky.lookAgain();
    }

    /** The bundle has stopped: its registrations end first, so that no request comes any more. */
    void end() {
        ended = true;
        List<AutoCloseable> all = List.copyOf(held);
        for (AutoCloseable one : all) {
            if (one instanceof Registration registration) {
                registration.close();
            }
        }
        for (AutoCloseable one : all) {
            if (one instanceof Pipe pipe) {
                pipe.close(CloseReason.NONE);
            } else if (one instanceof Subscription subscription) {
                subscription.close();
            } else if (one instanceof Sticky<?> standIn) {
                standIn.close();
            }
        }
    }

    /**
     * The manager stops, the bundle goes on: everything ends but the stand-ins, which go on until
     * the next manager takes them over.
     */
    void managerStops() {
        held.removeIf(one -> one instanceof Sticky<?>);
        end();
    }
}
