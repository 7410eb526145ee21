package io.armature.backend.broker;

import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;

/** Files and random bytes without the platform's bundle. */
final class PlainFiles implements DurableFiles {

    private boolean failing;

    void failFromNowOn() {
        failing = true;
    }

    @Override
    public void replace(Path target, byte[] content) throws IOException {
        if (failing) {
            throw new IOException("disk full");
        }
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        Files.write(temporary, content);
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path target) throws IOException {
        Files.deleteIfExists(target);
    }

    static Randomness randomness() {
        SecureRandom random = new SecureRandom();
        return random::nextBytes;
    }
}
