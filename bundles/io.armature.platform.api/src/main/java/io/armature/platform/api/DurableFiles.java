package io.armature.platform.api;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Small files that must last. Any thread may call this; calls for one target must not overlap. */
@ProviderType
public interface DurableFiles {

    /**
     * Replaces or creates a file as a whole: temporary file beside it, force, rename, force the
     * directory. When this returns, the content survives power loss; when it throws, the old
     * content is intact.
     */
    void replace(Path target, byte[] content) throws IOException;

    /** Deletes a file if it exists and forces its directory. */
    void delete(Path target) throws IOException;
}
