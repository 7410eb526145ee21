package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import io.armature.reporting.storage.model.BadSectorStorage;
import java.io.IOException;

/**
 * A disk that does not give the last block of segments of which the end was never used: nothing is
 * lost on it, but everything has to be read block by block.
 */
final class BadTail {

    private static final int BLOCK = 4096;

    /** At least so much must be clear between the last frame and the last block. */
    private static final int CLEAR = BLOCK;

    private BadTail() {}

    static Storage over(Storage disk) throws IOException {
        BadSectorStorage.Disk bad = new BadSectorStorage.Disk();
        for (Entry directory : disk.list("")) {
            if (directory.kind() == Kind.DIRECTORY) {
                for (Entry entry : disk.list(directory.name())) {
                    String path = directory.name() + "/" + entry.name();
                    if (entry.name().startsWith("P_") && unused(disk, path)) {
                        bad.spoil(path, entry.bytes() - BLOCK, entry.bytes());
                    }
                }
            }
        }
        return bad.over(disk);
    }

    private static boolean unused(Storage disk, String path) throws IOException {
        long generation = SegmentEnd.generation(path);
        try (StorageFile file = disk.open(path, Access.READ)) {
            SegmentEnd end = SegmentEnd.of(file, generation);
            return !end.torn() && end.position() + CLEAR < file.size() - BLOCK;
        }
    }
}
