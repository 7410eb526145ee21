package io.armature.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Starts the peers of the boot benchmark, each from a clean state, with a probe as their last
 * bundle.
 */
final class BootPeers {

    private final Path work;
    private final Path probe;

    BootPeers(Path work) throws IOException {
        this.work = work;
        this.probe = probeBundle(work.resolve("probe.jar"));
    }

    /**
     * Felix and SCR on this JVM with the serial collector and the first compiler only, like a
     * device.
     */
    BootedProcess.Boot bareFelix(boolean memory) throws IOException {
        Path storage = work.resolve("bare-felix");
        delete(storage);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        command.add("-Dbench.ready=org.osgi.service.component.runtime.ServiceComponentRuntime");
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), BareFelix.class.getName()));
        command.add(storage.toString());
        for (String type :
                List.of(
                        "org.osgi.util.function.Function",
                        "org.osgi.util.promise.Promise",
                        "org.osgi.service.component.ComponentContext",
                        "org.apache.felix.scr.info.ScrInfo")) {
            command.add(jarOf(type).toString());
        }
        command.add(probe.toString());
        return BootedProcess.measure(command, Map.of(), work, memory);
    }

    /**
     * Karaf minimal as it is shipped, in server mode; ready when its boot features are installed.
     */
    BootedProcess.Boot karaf(Path archive) throws IOException {
        Path home = work.resolve("karaf");
        delete(home);
        Files.createDirectories(home);
        Commands.run(
                List.of(
                        "tar",
                        "xzf",
                        archive.toString(),
                        "-C",
                        home.toString(),
                        "--strip-components=1"),
                Map.of());
        Path system = Files.createDirectories(home.resolve("system/io/armature/probe/1"));
        Files.copy(probe, system.resolve("probe-1.jar"));
        Path startup = home.resolve("etc/startup.properties");
        Files.writeString(
                startup, Files.readString(startup) + "\nmvn\\:io.armature/probe/1 = 90\n");
        Map<String, String> environment =
                Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "EXTRA_JAVA_OPTS",
                        "-Dbench.ready=org.apache.karaf.features.BootFinished");
        return BootedProcess.measure(
                List.of(home.resolve("bin/karaf").toString(), "server"), environment, home, true);
    }

    private static Path jarOf(String type) throws IOException {
        try {
            Class<?> loaded = Class.forName(type, false, BootPeers.class.getClassLoader());
            return Path.of(loaded.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static Path probeBundle(Path target) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "io.armature.bench.probe");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", PeerProbe.class.getName());
        main.putValue("Import-Package", "org.osgi.framework");
        String entry = PeerProbe.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(target);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.putNextEntry(new JarEntry(entry));
            try (var in = PeerProbe.class.getResourceAsStream("/" + entry)) {
                in.transferTo(jar);
            }
        }
        return target;
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
