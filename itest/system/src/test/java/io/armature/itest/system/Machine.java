package io.armature.itest.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * One test's own world: a device and a backend in a temporary folder. Closing it ends every process
 * it started and removes the folder.
 */
final class Machine implements AutoCloseable {

    static final String DEVICE_PROFILE = "generic-x86_64";

    private final Path folder;
    private final Appliance device;
    private final Appliance backend;

    private Machine(Path folder, Appliance device, Appliance backend) {
        this.folder = folder;
        this.device = device;
        this.backend = backend;
    }

    /** Installs both images; nothing runs yet. */
    static Machine install() throws IOException, InterruptedException {
        return install(DEVICE_PROFILE);
    }

    /** As {@link #install()}, with another profile for the device. */
    static Machine install(String profile) throws IOException, InterruptedException {
        // Short, because Unix sockets in it have paths of at most 107 bytes.
        Path folder = Files.createTempDirectory("armature");
        Images.install(profile, folder.resolve("device"));
        Path settings = Files.createDirectories(folder.resolve("device/etc/armature"));
        Files.writeString(
                settings.resolve("ports.json"), "{\"io.armature.console\": {\"port\": 0}}");
        Images.install("backend", folder.resolve("backend"));
        return new Machine(folder, appliance("device", folder), appliance("backend", folder));
    }

    private static Appliance appliance(String name, Path folder)
            throws IOException, InterruptedException {
        return new Appliance(
                name,
                folder.resolve(name),
                folder.resolve(name + ".log"),
                PhasePipe.make(folder.resolve(name + ".phases")));
    }

    /** Starts the backend, enrolls the device, starts it; closes this if any of it fails. */
    Machine up() throws IOException, InterruptedException {
        return started(Start.BOTH);
    }

    /** As {@link #up}, but leaves the device to the caller. */
    Machine backendUp() throws IOException, InterruptedException {
        return started(Start.BACKEND);
    }

    private enum Start {
        BOTH,
        BACKEND
    }

    private Machine started(Start what) throws IOException, InterruptedException {
        boolean up = false;
        try {
            backend.up();
            enroll();
            if (what == Start.BOTH) {
                device.up();
            }
            up = true;
            return this;
        } finally {
            if (!up) {
                close();
            }
        }
    }

    /** Gives the device its identity, keys and account; the backend must run. */
    void enroll() throws IOException {
        Path identity = device.path("var/lib/armature/device-id");
        if (!Files.exists(identity)) {
            Files.createDirectories(identity.getParent());
            Files.writeString(identity, "device-under-test\n");
        }
        backend.run(
                        "backend",
                        "enroll",
                        "device-under-test",
                        "--out",
                        device.path("etc/armature").toString())
                .ok();
    }

    Path folder() {
        return folder;
    }

    Appliance device() {
        return device;
    }

    Appliance backend() {
        return backend;
    }

    /** Closing it again changes nothing. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            device.close();
        } finally {
            try {
                backend.close();
            } finally {
                remove(folder);
            }
        }
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(
                            path -> {
                                try {
                                    Files.delete(path);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
    }
}
