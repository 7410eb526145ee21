package io.armature.platform;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class IdentityFaultsTest extends FaultSourceContract {

    @TempDir private Path folder;

    @Override
    protected FaultSource healthy() {
        IdentityFiles files =
                new IdentityFiles(
                        folder.resolve("override"),
                        folder.resolve("device-id"),
                        new ForcedFiles(),
                        new KernelRandomness());
        return files::faults;
    }

    @Override
    protected FaultSource degraded() throws IOException {
        Files.writeString(folder.resolve("override"), "not an id");
        return healthy();
    }
}
