package io.armature.itest.fault;

import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a life finds of the history of calls, where else a fault point would never be met. */
final class HealthBefore {

    private static final int FILES = 10;
    private static final int FILE_BYTES = HealthHistory.LIMIT_BYTES / FILES;

    private HealthBefore() {}

    /** None before it is made, all files before one must go. */
    static void prepare(Storage disk, DeviceLife life) throws IOException {
        if (life.meets(FaultPoint.HEALTH_MAKE) || life.meets(FaultPoint.HEALTH_CREATE)) {
            clear(disk);
        } else if (life.meets(FaultPoint.HEALTH_UNLINK)) {
            clear(disk);
            fill(disk);
        }
    }

    private static void clear(Storage disk) throws IOException {
        if (disk.exists(HealthHistory.DIRECTORY)) {
            for (Entry entry : disk.list(HealthHistory.DIRECTORY)) {
                disk.unlink(HealthHistory.DIRECTORY + "/" + entry.name());
            }
        }
    }

    /** Lines that are no entries take as much room as others. */
    private static void fill(Storage disk) throws IOException {
        byte[] lines = new byte[FILE_BYTES];
        Arrays.fill(lines, (byte) '\n');
        disk.makeDirectory(HealthHistory.DIRECTORY);
        for (int i = 0; i < FILES; i++) {
            String path = HealthHistory.DIRECTORY + "/health_info_" + i;
            try (StorageFile file = disk.create(path)) {
                file.write(ByteBuffer.wrap(lines), 0);
            }
        }
    }
}
