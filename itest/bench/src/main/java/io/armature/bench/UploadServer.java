package io.armature.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The backend as an appliance of its own: broker and reporting server. */
final class UploadServer implements AutoCloseable {

    private static final String SERVER = "io.armature.backend.reporting";

    private final BootedAppliance appliance;
    private final BootedAppliance.Running running;
    private final AtomicInteger devices = new AtomicInteger();

    /**
     * @param keys where its signed key and its verification key can be read
     */
    record Device(String id, String password, Path keys) {}

    UploadServer(Path image, Path root, String jvm) throws IOException {
        appliance = new BootedAppliance(image, root, jvm);
        running = appliance.start();
    }

    /** Makes an account for a new device. */
    Device enroll() throws IOException {
        String id = "bench-" + devices.incrementAndGet();
        Path folder = Files.createDirectories(appliance.path("bench/" + id));
        appliance.command("backend", "enroll", id, "--out", folder.toString());
        Path keys = folder.resolve("reporting");
        String password =
                Files.readString(keys.resolve("mqtt-password"), StandardCharsets.US_ASCII).strip();
        return new Device(id, password, keys);
    }

    URI broker() throws IOException {
        Path file = appliance.path("run/armature/broker.url");
        return URI.create(Files.readString(file, StandardCharsets.US_ASCII).strip());
    }

    /** The broker goes on; nobody takes uploads. */
    void stopReporting() throws IOException {
        appliance.command("bundle", "stop", SERVER);
    }

    @Override
    public void close() throws IOException {
        running.close();
    }
}
