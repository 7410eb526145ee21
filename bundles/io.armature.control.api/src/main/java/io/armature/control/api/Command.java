package io.armature.control.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A top-level word of the command line, for example {@code report}. Publish it as a service with
 * the properties of {@link CommandWord}; its class is loaded at the first call. A command uses no
 * OSGi types.
 */
@ConsumerType
public interface Command {

    /** Service property: the word, {@code [a-z][a-z0-9-]*}. */
    String NAME = "armature.command";

    /**
     * Service property: name of the class that {@link #create} makes an object of. Without it the
     * command has no help where no device runs.
     */
    String MODEL = "armature.command.model";

    /**
     * Makes the picocli model of one call: an object annotated with {@code @Command}, whose
     * runnable or callable members do the work on the calling thread with the streams of the
     * terminal. A {@link CommandFailure} becomes one line on the error stream and its exit code.
     */
    Object create(Terminal terminal);
}
