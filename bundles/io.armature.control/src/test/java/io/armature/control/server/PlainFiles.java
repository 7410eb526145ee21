package io.armature.control.server;

import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files without durability. */
public final class PlainFiles implements DurableFiles {

    @Override
    public void replace(Path target, byte[] content) throws IOException {
        Files.write(target, content);
    }

    @Override
    public void delete(Path target) throws IOException {
        Files.deleteIfExists(target);
    }
}
