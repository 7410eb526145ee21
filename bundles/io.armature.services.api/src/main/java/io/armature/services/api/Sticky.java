package io.armature.services.api;

import org.osgi.annotation.versioning.ProviderType;

/** A stand-in for a service that stays while its owner is replaced. */
@ProviderType
public interface Sticky<T> extends AutoCloseable {

    /**
     * The stand-in; the same object each time. A method that returns a {@code CompletionStage}
     * never blocks: its stage completes later. Another method blocks its caller while it is held.
     */
    T service();

    /** Whether an owner is there now. */
    boolean present();

    /** Calls that are held now. */
    int held();

    /** Fails the calls that are held, and every later one. Repeating it is harmless. */
    @Override
    void close();
}
