package io.armature.services.registry;

import io.armature.services.api.Identity;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import java.util.function.Consumer;

/** An observer of one caller. Any thread. */
final class Watch implements Subscription {
    final Identity caller;
    private final ServiceObserver observer;
    private final Consumer<Watch> ending;
    final Turn events;
    private volatile boolean open = true;

    Watch(Identity caller, ServiceObserver observer, Consumer<Watch> ending, FailureLog failures) {
        this.caller = caller;
        this.observer = observer;
        this.ending = ending;
        this.events = new Turn(failures);
    }

    void tell(ServiceEvent event) {
        if (open) {
            observer.onServiceEvent(event);
        }
    }

    @Override
    public void close() {
        open = false;
        ending.accept(this);
    }
}
