package io.armature.platform.api;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Small files that must last. Any thread may call this; calls for one target must not overlap. */
@ProviderType
public interface DurableFiles {

    /**
     * Replaces or creates a file as a whole: temporary file beside it, force, rename, force the
     * directory. When this returns, the content survives power loss; when it throws, the file holds
     * the old content or the new one as a whole. The new file has the process's default mode.
     *
     * @param target in a directory that exists
     * @throws IOException if the disk is full or fails, or the target is a directory; nothing is
     *     left beside the target
     */
    void replace(Path target, byte[] content) throws IOException;

    /**
     * Deletes a file if it exists and forces its directory.
     *
     * @throws IOException if the target cannot be deleted, for example a directory with content
     */
    void delete(Path target) throws IOException;
}
