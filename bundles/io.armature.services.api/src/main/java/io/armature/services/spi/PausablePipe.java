package io.armature.services.spi;

import io.armature.services.api.Pipe;
import org.osgi.annotation.versioning.ProviderType;

/** A pipe whose listener can be spared for a while; every pipe that goes through the broker is. */
@ProviderType
public interface PausablePipe extends Pipe {

    /**
     * Gives the listener nothing until {@link #resume()}: what comes waits, up to the pipe's limit.
     * From within the listener this takes effect at once, else one more message may come.
     */
    void pause();

    /** Gives the listener what waits, and what comes. */
    void resume();
}
