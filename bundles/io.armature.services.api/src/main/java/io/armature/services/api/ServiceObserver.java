package io.armature.services.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Watches owners come and go. */
@ConsumerType
@FunctionalInterface
public interface ServiceObserver {

    /** Something has happened; called by one thread at a time, in order; must not block. */
    void onServiceEvent(ServiceEvent event);
}
