package io.armature.control.bundles;

import io.armature.control.api.CommandFailure;
import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;

/** What a jar says it is. */
record JarName(String name, String version) {

    /**
     * Reads a bundle's manifest.
     *
     * @throws CommandFailure if the file is no bundle that the device can read
     */
    static JarName of(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw unchanged(
                    jar
                            + (Files.exists(jar)
                                    ? " is no file"
                                    : " is no file that the device sees; - takes it from standard"
                                            + " input"));
        }
        if (!Files.isReadable(jar)) {
            throw unchanged(
                    jar
                            + " cannot be read by the device, which runs as "
                            + System.getProperty("user.name")
                            + "; - takes it from standard input");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            if (name == null) {
                throw unchanged(jar + " is no bundle: it has no Bundle-SymbolicName");
            }
            String version = manifest.getMainAttributes().getValue("Bundle-Version");
            return new JarName(name.split(";", 2)[0].trim(), version == null ? "0" : version);
        } catch (ZipException e) {
            throw unchanged(jar + " is not a jar: " + e.getMessage());
        } catch (IOException e) {
            throw unchanged(jar + " cannot be read: " + FailureText.of(e));
        }
    }

    /** The same, of the bundle of that name. */
    static JarName of(Path jar, String wanted) {
        JarName found = of(jar);
        if (!found.name().equals(wanted)) {
            throw unchanged(jar + " is the bundle '" + found.name() + "', not '" + wanted + "'");
        }
        return found;
    }

    private static CommandFailure unchanged(String reason) {
        return CommandFailure.failed(reason + "; nothing was changed");
    }
}
