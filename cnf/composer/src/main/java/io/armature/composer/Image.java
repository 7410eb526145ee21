package io.armature.composer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files that a device gets: one slot and the program beside it. A file's time follows from its
 * bytes, so that two builds give the same image, and a class archive that goes by times sees every
 * change.
 */
final class Image {

    private static final String BASE = "opt/armature/";
    private static final String SLOT = BASE + "slots/A/";

    /** A program of the original's reporting that its clients' scripts call. */
    private static final String TESTING_TOOL = "missive_testing_tool";

    private final Path root;
    private final Instant time;
    private final SortedMap<String, String> digests = new TreeMap<>();

    /**
     * @param root folder of the image, replaced
     * @param time earliest time of a file
     */
    Image(Path root, Instant time) {
        this.root = root;
        this.time = time;
    }

    void write(Composition composition, String version, Path program)
            throws IOException, CompositionException {
        delete(root);
        copy(program, BASE + "bin/armature");
        Files.setPosixFilePermissions(
                root.resolve(BASE + "bin/armature"), PosixFilePermissions.fromString("rwxr-xr-x"));
        link(BASE + "bin/" + TESTING_TOOL, "armature"); // the program goes by its own name
        for (Map.Entry<Coordinates, Path> jar : composition.classPath().entrySet()) {
            slotFile("lib/" + jar.getKey().fileName(), Files.readAllBytes(jar.getValue()));
        }
        for (Map.Entry<Coordinates, Path> jar : composition.clientPath().entrySet()) {
            slotFile("lib/cli/" + jar.getKey().fileName(), Files.readAllBytes(jar.getValue()));
        }
        slotFile("profile", utf8(ProfileFile.text(composition)));
        slotFile("settings", utf8(SettingsFile.compile(composition)));
        Optional<byte[]> components = PreparedComponents.compile(composition);
        if (components.isPresent()) {
            slotFile("components", components.get());
        }
        for (Feature feature : composition.features()) {
            for (Path policy : feature.policies()) {
                slotFile("policy/" + policy.getFileName(), Files.readAllBytes(policy));
            }
            for (Path policy : feature.busPolicies()) {
                slotFile("dbus/" + policy.getFileName(), Files.readAllBytes(policy));
            }
        }
        List<String> bundles = new ArrayList<>();
        for (ShippedBundle bundle : composition.bundles()) {
            copy(bundle.jar(), SLOT + bundle.slotPath());
            bundles.add(
                    "bundle %d %s %s %s %s\n"
                            .formatted(
                                    bundle.level(),
                                    Sha256.of(bundle.jar()),
                                    bundle.name(),
                                    bundle.version(),
                                    bundle.slotPath()));
        }
        write(SLOT + "lock", utf8(lock(composition.profile(), version, bundles)));
        settleFolders();
    }

    private String lock(FirmwareProfile profile, String version, List<String> bundles) {
        StringBuilder lock = new StringBuilder("armature-lock 1\n");
        lock.append("version ").append(version).append('\n');
        lock.append("profile ").append(profile.name()).append('\n');
        lock.append("application ").append(profile.application()).append('\n');
        digests.forEach(
                (path, digest) ->
                        lock.append("file ").append(digest).append(' ').append(path).append('\n'));
        bundles.forEach(lock::append);
        return lock.toString();
    }

    private void slotFile(String path, byte[] bytes) throws IOException {
        write(SLOT + path, bytes);
        digests.put(path, Sha256.of(root.resolve(SLOT + path)));
    }

    private void copy(Path source, String path) throws IOException {
        write(path, Files.readAllBytes(source));
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        byte[] digest = Sha256.digest(bytes);
        int seconds = (digest[0] & 0xff) << 16 | (digest[1] & 0xff) << 8 | digest[2] & 0xff;
        Files.setLastModifiedTime(file, FileTime.from(time.plus(Duration.ofSeconds(seconds))));
    }

    private void link(String path, String target) throws IOException {
        Path link = Files.createSymbolicLink(root.resolve(path), Path.of(target));
        FileTime made = FileTime.from(time);
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(made, made, null);
    }

    private void settleFolders() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path folder :
                    paths.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
                Files.setLastModifiedTime(folder, FileTime.from(time));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path dir, IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(dir);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
