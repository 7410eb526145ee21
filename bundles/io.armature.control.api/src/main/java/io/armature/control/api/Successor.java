package io.armature.control.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A provider that can be started beside an older instance of its own bundle and takes over once
 * that one has stopped. Publish it as a service from the first moment: {@code armature bundle
 * update} then starts the new version before it stops the old one, so that callers wait only for
 * what must not overlap, not for classes to be loaded.
 *
 * <p>As long as another bundle of its symbolic name runs, the provider takes no lock and changes
 * nothing that belongs to that one. It sees by itself when that one has stopped; nobody tells it.
 */
@ConsumerType
public interface Successor {

    /**
     * Completes, on any thread, when everything is prepared that can be before the older instance
     * stops; at once if there is none. A failure says that this version must not take over: the
     * older one then stays.
     */
    CompletionStage<Void> prepared();

    /**
     * Completes, on any thread, when this instance answers calls. Fails if it never will without
     * somebody's help.
     */
    CompletionStage<Void> serving();
}
