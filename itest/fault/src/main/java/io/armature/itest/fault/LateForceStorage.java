package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.ForwardingFile;
import io.armature.reporting.storage.model.ForwardingStorage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * {@link Mutant#OK_BEFORE_FORCE}: a force of a file returns at once, and is done before the next
 * write to it.
 */
final class LateForceStorage extends ForwardingStorage {

    LateForceStorage(Storage disk) {
        super(disk);
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new LateFile(file);
    }

    /**
     * Owes one force at most. What it owes covers only what was written before it was asked for.
     */
    private static final class LateFile extends ForwardingFile {

        private boolean owed;

        LateFile(StorageFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            forceWhatIsOwed();
            super.write(source, position);
        }

        @Override
        public void force(boolean length) {
            owed = true;
        }

        @Override
        public void close() throws IOException {
            forceWhatIsOwed();
            super.close();
        }

        private void forceWhatIsOwed() throws IOException {
            if (owed) {
                super.force(true);
                owed = false;
            }
        }
    }
}
