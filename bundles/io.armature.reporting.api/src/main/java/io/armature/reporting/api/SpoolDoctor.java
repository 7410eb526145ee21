package io.armature.reporting.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads the files of any spool, also of one that was copied from another device: no device, no key
 * and no running spool are needed. Found on a flat class path by {@link java.util.ServiceLoader}.
 *
 * <p>Examining changes nothing, not even where the spool is in use; what is written meanwhile may
 * then be in the result or not. Repairing loses no record that can be read: what it replaces goes
 * to the spool's {@code lost+found}.
 */
@ProviderType
public interface SpoolDoctor {

    /**
     * Reads all of a spool.
     *
     * @param root its directory, {@code var/spool/reporting} on a device
     * @throws IOException if that is no directory or cannot be listed; files that cannot be read
     *     are part of the result
     */
    SpoolExamination examine(Path root) throws IOException;

    /**
     * Mends what {@link #examine} finds and what can be mended: segments that are not where they
     * belong go back into their queue, those with damaged bytes are written anew with all records
     * that can be read. Durable on return; stopped in the middle, the next call goes on.
     *
     * @return what was done, a sentence each, in this order; empty if there was nothing to do
     * @throws IOException if the spool is in use, or a file cannot be written; what was done until
     *     then is good
     */
    List<String> repair(Path root) throws IOException;
}
