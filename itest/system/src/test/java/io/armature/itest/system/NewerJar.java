package io.armature.itest.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A device's bundle again, with a higher version. */
final class NewerJar {

    static final String VERSION = "0.1.1";

    private NewerJar() {}

    /** Makes the jar in the folder. */
    static Path of(Appliance device, String bundle, Path folder) throws IOException {
        Path installed = device.path("opt/armature/slots/A").resolve(fileOf(device, bundle));
        Path newer = folder.resolve(bundle + "-" + VERSION + ".jar");
        try (JarFile jar = new JarFile(installed.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().putValue("Bundle-Version", VERSION);
            try (OutputStream file = Files.newOutputStream(newer);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                for (ZipEntry entry : Collections.list(jar.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream content = jar.getInputStream(entry)) {
                            content.transferTo(out);
                        }
                        out.closeEntry();
                    }
                }
            }
        }
        return newer;
    }

    /** Looks into the lock: {@code bundle <level> <sha256> <bsn> <version> <file>}. */
    static String fileOf(Appliance device, String bundle) throws IOException {
        List<String> lines = Files.readAllLines(device.path("opt/armature/slots/A/lock"));
        for (String line : lines) {
            String[] words = line.split(" ");
            if (words[0].equals("bundle") && words[3].equals(bundle)) {
                return words[5];
            }
        }
        throw new AssertionError("the lock names no bundle " + bundle + ": " + lines);
    }
}
