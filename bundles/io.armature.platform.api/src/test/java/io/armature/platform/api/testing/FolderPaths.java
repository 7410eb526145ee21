package io.armature.platform.api.testing;

import io.armature.platform.api.DevicePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A device in a temporary folder. Its directories are made when they are first asked for. */
public final class FolderPaths implements DevicePaths {

    private final Path root;

    public FolderPaths(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    private Path made(String name) {
        try {
            return Files.createDirectories(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public Path configuration() {
        return made("etc/armature");
    }

    @Override
    public Path run() {
        return made("run/armature");
    }

    @Override
    public Path bootstat() {
        return made("run/bootstat");
    }

    @Override
    public Path state() {
        return made("var/lib/armature");
    }

    @Override
    public Path cache() {
        return made("var/cache/armature");
    }

    @Override
    public Path log() {
        return made("var/log/armature");
    }

    @Override
    public Path reportingSpool() {
        return made("var/spool/reporting");
    }

    @Override
    public Path slot() {
        return made("opt/armature/slots/A");
    }
}
