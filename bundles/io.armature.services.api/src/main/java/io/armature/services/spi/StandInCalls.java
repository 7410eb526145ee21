package io.armature.services.spi;

import java.lang.reflect.Method;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes or holds the calls of one {@link StandIn}, in the code of one version of the service
 * manager. Any thread.
 */
@ProviderType
public interface StandInCalls {

    /**
     * One call, of a method of the interface alone.
     *
     * @throws Throwable what the owner threw, or what says that there is none
     */
    Object call(Method method, Object[] arguments) throws Throwable;

    /** Whether an owner is there now. */
    boolean present();

    /** Calls that are held now, with those of whom it follows. */
    int held();

    /** Fails the calls that are held, and every later one. */
    void close();

    /** Called once, before the first call: the other had the calls until now, and finishes them. */
    void follow(StandInCalls other);

    /** The other gets the calls from now on; it is told each time that calls may pass. */
    void leaveTo(StandInCalls other);

    /** Whether a call that is still here has to be made before a later one to that owner. */
    boolean precedes(Object owner);

    /**
     * Calls of whom it follows were made or have failed.
     *
     * @param over whether none is left there, nor will be
     */
    void moved(boolean over);
}
