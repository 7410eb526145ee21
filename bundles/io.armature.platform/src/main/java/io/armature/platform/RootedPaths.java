package io.armature.platform;

import io.armature.platform.api.DevicePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The layout of a device under one root. Makes the directories that are missing. */
@Component
public final class RootedPaths implements DevicePaths {

    private final Path root;
    private final Path slot;
    private final Path configuration;
    private final Path run;
    private final Path bootstat;
    private final Path state;
    private final Path cache;
    private final Path log;
    private final Path reportingSpool;

    /** Takes root and slot from the launcher's framework properties. */
    @Activate
    public RootedPaths(BundleContext context) {
        this(
                Path.of(property(context, "armature.root")),
                Path.of(property(context, "armature.slot")));
    }

    RootedPaths(Path root, Path slot) {
        this.root = root.toAbsolutePath().normalize();
        this.slot = this.root.resolve(slot).normalize();
        configuration = made("etc/armature");
        run = made("run/armature");
        bootstat = made("run/bootstat");
        state = made("var/lib/armature");
        cache = made("var/cache/armature");
        log = made("var/log/armature");
        reportingSpool = made("var/spool/reporting");
    }

    private static String property(BundleContext context, String name) {
        String value = context.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("framework property " + name + " is missing");
        }
        return value;
    }

    private Path made(String name) {
        Path directory = root.resolve(name);
        if (!Files.isDirectory(directory)) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make " + directory, e);
            }
        }
        return directory;
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public Path configuration() {
        return configuration;
    }

    @Override
    public Path run() {
        return run;
    }

    @Override
    public Path bootstat() {
        return bootstat;
    }

    @Override
    public Path state() {
        return state;
    }

    @Override
    public Path cache() {
        return cache;
    }

    @Override
    public Path log() {
        return log;
    }

    @Override
    public Path reportingSpool() {
        return reportingSpool;
    }

    @Override
    public Path slot() {
        return slot;
    }
}
