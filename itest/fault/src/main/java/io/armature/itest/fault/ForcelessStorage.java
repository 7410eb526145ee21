package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.ForwardingFile;
import io.armature.reporting.storage.model.ForwardingStorage;

/** {@link Mutant#FORCE_IGNORED} on real files: forcing a file or a directory does nothing. */
final class ForcelessStorage extends ForwardingStorage {

    ForcelessStorage(Storage disk) {
        super(disk);
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public void force(boolean length) {
                // the defect
            }
        };
    }

    @Override
    public void forceDirectory(String directory) {
        // the defect
    }
}
