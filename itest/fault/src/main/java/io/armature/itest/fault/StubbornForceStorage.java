package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.ForwardingFile;
import io.armature.reporting.storage.model.ForwardingStorage;
import java.io.IOException;

/** {@link Mutant#FAILED_FORCE_RETRIED}: a force that fails is tried again, and that one counts. */
final class StubbornForceStorage extends ForwardingStorage {

    StubbornForceStorage(Storage disk) {
        super(disk);
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public void force(boolean length) throws IOException {
                try {
                    super.force(length);
                } catch (IOException e) {
                    super.force(length);
                }
            }
        };
    }
}
