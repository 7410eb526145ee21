package io.armature.control.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part of the device that the console shows. Publish it as a service; the console draws what it
 * knows by name.
 */
@ConsumerType
public interface ConsoleSource {

    /** Unique name, {@code [a-z][a-z0-9-]*}, for example {@code reporting}. */
    String name();

    /**
     * The state of this moment as one JSON object, at most 256 KiB. Called from any thread; must
     * not block long.
     */
    String snapshot();

    /**
     * Calls {@code changed} after every change, from any thread, until closed. The console reads in
     * its own time.
     */
    Subscription observe(Runnable changed);

    /** An observer's end. */
    @ConsumerType
    interface Subscription extends AutoCloseable {
        /** Ends the calls; one that has begun may still finish. Repeating it changes nothing. */
        @Override
        void close();
    }
}
