package io.armature.control.bundles;

import io.armature.control.api.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** What a jar says it is. */
record JarName(String name, String version) {

    /**
     * Reads a bundle's manifest.
     *
     * @throws CommandFailure if the file is no readable bundle
     */
    static JarName of(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw CommandFailure.usage(jar + " is no file");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            if (name == null) {
                throw CommandFailure.usage(jar + " is no bundle: it has no Bundle-SymbolicName");
            }
            String version = manifest.getMainAttributes().getValue("Bundle-Version");
            return new JarName(name.split(";", 2)[0].trim(), version == null ? "0" : version);
        } catch (IOException e) {
            throw CommandFailure.failed(jar + " cannot be read: " + e.getMessage());
        }
    }
}
