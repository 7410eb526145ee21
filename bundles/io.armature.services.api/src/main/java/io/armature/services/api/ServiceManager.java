package io.armature.services.api;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where services are registered, requested, queried and observed by name.
 *
 * <p>Each bundle gets an instance of its own from the service registry; that instance acts under
 * the bundle's {@link Identity}, which no argument can change. This guards against mistakes and
 * accidental reach. It does not contain hostile code, which shares the process and can reach
 * whatever it wants: that belongs into a process of its own.
 *
 * <p>Names are compared byte for byte. Any thread may call any method; none blocks. Calls of one
 * thread take effect in their order. Registrations, waiting requests and observers outlive the
 * bundle's hold on this service; they end with what they returned, or when the bundle stops.
 */
@ProviderType
public interface ServiceManager {

    /**
     * Makes the provider the one owner of a service. Requests that wait for it are handed over at
     * once, oldest first, after observers have been told.
     *
     * <p>A failure arrives as the reason in {@link Registration#closed()}: {@link
     * ErrorCode#SERVICE_NOT_FOUND} (no policy names the service), {@link
     * ErrorCode#PERMISSION_DENIED} (this caller may not own it) or {@link
     * ErrorCode#SERVICE_ALREADY_REGISTERED} (somebody owns it now, perhaps the caller itself; an
     * owner that has just been restarted tries again, with growing pauses).
     *
     * @param name service name, 1 to 255 characters
     * @param provider gets the requests; called by one thread at a time
     */
    Registration register(String name, ServiceProvider provider);

    /** As {@link #request(String, Duration)}, waiting for an owner as long as it takes. */
    Pipe request(String name);

    /**
     * Asks for a pipe to the owner. The returned end can be used at once: what is sent before an
     * owner takes the other end is kept in order, up to the pipe's limit.
     *
     * <p>A failure arrives as the pipe's close reason: {@link ErrorCode#SERVICE_NOT_FOUND}, {@link
     * ErrorCode#PERMISSION_DENIED}, {@link ErrorCode#TIMEOUT} (no owner came in time) or {@link
     * ErrorCode#UNKNOWN} (too many requests of this caller wait for the service).
     *
     * @param name service name, 1 to 255 characters
     * @param timeout how long to wait for an owner; negative counts as zero; not used where an
     *     owner is there
     */
    Pipe request(String name, Duration timeout);

    /**
     * Who owns a service now. Fails with {@link ServiceException}: {@link
     * ErrorCode#SERVICE_NOT_FOUND}, or {@link ErrorCode#PERMISSION_DENIED} for everybody but the
     * service's requesters.
     */
    CompletionStage<ServiceState> query(String name);

    /**
     * Tells the observer of every later registration and its end, for services that this caller may
     * request. The present state is not told: see {@link #query(String)}.
     *
     * @param observer called by one thread at a time, in the order of events
     */
    Subscription observe(ServiceObserver observer);

    /**
     * A stand-in for a service object of the framework's registry that stays while its owner is
     * replaced: calls made while the owner is away are held, in their order and within the limits,
     * then handed to the next one. A call that had started is never repeated; what an owner failed
     * or lost is reported as it is.
     *
     * <p>The caller's identity decides which services are visible to the stand-in, as for a
     * reference of its own. It lives until it is closed or the caller's bundle stops, also while
     * the service manager itself is replaced.
     *
     * @param type an interface under which owners publish
     * @param hold how many calls are held, how long, and how a call fails that was held too long
     */
    <T> Sticky<T> sticky(Class<T> type, Hold hold);

    /** A registration, or an attempt at one. */
    @ProviderType
    interface Registration extends AutoCloseable {

        /** Completes once, with why the registration is no more or never was. Never fails. */
        CompletionStage<CloseReason> closed();

        /**
         * Ends the registration; pipes that were handed over stay open. Repeating it is harmless.
         */
        @Override
        void close();
    }

    /** An observer's subscription. */
    @ProviderType
    interface Subscription extends AutoCloseable {

        /**
         * Ends it. An event that is being told while this is called may still arrive, none after
         * it. Repeating it is harmless.
         */
        @Override
        void close();
    }
}
