package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.ForwardingFile;
import io.armature.reporting.storage.model.ForwardingStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A disk that takes its time to force a file or a directory, for example an SD card. */
final class SlowForceStorage extends ForwardingStorage {

    private final Duration force;

    SlowForceStorage(Storage disk, Duration force) {
        super(disk);
        this.force = force;
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public void force(boolean length) throws IOException {
                pass();
                super.force(length);
            }
        };
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        pass();
        super.forceDirectory(directory);
    }

    /** An interrupt does not shorten it. */
    private void pass() {
        long end = System.nanoTime() + force.toNanos();
        boolean interrupted = false;
        for (long left = force.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
