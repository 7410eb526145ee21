package io.armature.itest.system;

import io.armature.itest.fault.Mutant;
import io.armature.itest.mutants.HastyStorage;
import io.armature.itest.mutants.HastyUploader;
import io.armature.reporting.storage.model.ForwardingStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts a deliberate defect into an installed root: its spool bundle, or the backend's reporting
 * server, gets other classes, and its lock the bundle's new digest. Nothing that is shipped knows
 * of it.
 */
final class MutantSlot {

    private static final String SPOOL = "io.armature.reporting";
    private static final String SERVER = "io.armature.backend.reporting";
    private static final String COMPONENTS = "components";
    private static final String LOCK = "opt/armature/slots/A/lock";

    private MutantSlot() {}

    /** Changes the device, or the backend; neither has been started yet. */
    static void put(Machine machine, Mutant mutant) throws IOException {
        switch (mutant) {
            case CONFIRM_BEFORE_STORAGE -> putStorage(machine.backend());
            case DELETE_BEFORE_CONFIRM ->
                    change(
                            machine.device(),
                            SPOOL,
                            root -> addOwn(root, HastyUploader.class, "OSGI-INF/hasty.xml"));
            default -> change(machine.device(), SPOOL, root -> replaceDisk(root, mutant));
        }
    }

    private static void putStorage(Appliance backend) throws IOException {
        change(
                backend,
                SERVER,
                root -> addOwn(root, HastyStorage.class, "OSGI-INF/hasty-storage.xml"));
        Path settings = Files.createDirectories(backend.path("etc/armature"));
        Files.writeString(
                settings.resolve("storage.json"), "{\"" + SERVER + "\": {\"storage\": \"hasty\"}}");
    }

    /** What is done to a bundle. */
    private interface Change {
        void to(Path root) throws IOException;
    }

    private static void change(Appliance appliance, String name, Change change) throws IOException {
        Path jar = appliance.path("opt/armature/slots/A").resolve(NewerJar.fileOf(appliance, name));
        String before = digest(jar);
        try (FileSystem bundle = FileSystems.newFileSystem(jar)) {
            change.to(bundle.getPath("/"));
        }
        Path lock = appliance.path(LOCK);
        String text = Files.readString(lock);
        if (!text.contains(before)) {
            throw new AssertionError("the lock does not name the digest of " + jar);
        }
        Files.writeString(lock, withoutPrepared(appliance, text.replace(before, digest(jar))));
    }

    private static void addOwn(Path root, Class<?> one, String component) throws IOException {
        copy(one, "io/armature/itest/mutants", root);
        copy(one, "OSGI-INF", root);
        addComponent(root.resolve("META-INF/MANIFEST.MF"), component);
    }

    private static void replaceDisk(Path root, Mutant mutant) throws IOException {
        copy(Mutant.class, "io/armature/itest/fault", root);
        copy(HastyUploader.class, "io/armature/reporting/storage", root);
        copy(ForwardingStorage.class, "io/armature/reporting/storage/model", root);
        Files.writeString(root.resolve("mutant"), mutant.name());
    }

    /**
     * Has the component runtime read its components from the bundles: one of them has a new one.
     */
    private static String withoutPrepared(Appliance device, String lock) throws IOException {
        Files.delete(device.path(LOCK).resolveSibling(COMPONENTS));
        return lock.lines()
                .filter(line -> !line.endsWith(" " + COMPONENTS))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void addComponent(Path file, String component) throws IOException {
        Manifest manifest = new Manifest();
        try (InputStream in = Files.newInputStream(file)) {
            manifest.read(in);
        }
        manifest.getMainAttributes()
                .merge(
                        new Attributes.Name("Service-Component"),
                        component,
                        (old, added) -> old + "," + added);
        try (OutputStream out = Files.newOutputStream(file)) {
            manifest.write(out);
        }
    }

    /** Copies a folder from where a class of the tests comes from: a jar or a directory. */
    private static void copy(Class<?> neighbour, String folder, Path target) throws IOException {
        Path source;
        try {
            URI place = neighbour.getProtectionDomain().getCodeSource().getLocation().toURI();
            source = Path.of(place);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        if (Files.isDirectory(source)) {
            copy(source, folder, target);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(source)) {
                copy(jar.getPath("/"), folder, target);
            }
        }
    }

    private static void copy(Path source, String folder, Path target) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(source.resolve(folder))) {
            found.filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path file : files) {
            Path to = target.resolve(source.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static String digest(Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
