package io.armature.platform.children;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that remember children: {@code <pid>} holds {@code <start ticks> <owner pid> <owner
 * start ticks>}, {@code starting-<token>} announces one that is about to start. They outlive the
 * appliance, not the machine's boot.
 */
final class Registrations {

    private static final String STARTING = "starting-";

    /** A recorded child. */
    record Registration(long pid, long startTicks, long ownerPid, long ownerStartTicks) {}

    private final Path directory;

    Registrations(Path directory) {
        this.directory = directory;
    }

    boolean empty() {
        return !Files.isDirectory(directory);
    }

    void announce(String token) throws IOException {
        Files.createDirectories(directory);
        Files.createFile(directory.resolve(STARTING + token));
    }

    void withdraw(String token) throws IOException {
        Files.deleteIfExists(directory.resolve(STARTING + token));
    }

    void add(Registration r) throws IOException {
        Path file = directory.resolve(Long.toString(r.pid()));
        Path temporary = directory.resolve("new-" + r.pid());
        Files.writeString(
                temporary,
                r.startTicks() + " " + r.ownerPid() + " " + r.ownerStartTicks() + "\n",
                StandardCharsets.US_ASCII);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    void remove(long pid) throws IOException {
        Files.deleteIfExists(directory.resolve(Long.toString(pid)));
    }

    /** Tokens of starts that were not finished. */
    List<String> announced() throws IOException {
        List<String> tokens = new ArrayList<>();
        for (String name : names()) {
            if (name.startsWith(STARTING)) {
                tokens.add(name.substring(STARTING.length()));
            }
        }
        return tokens;
    }

    /** All recorded children; a file that is none of ours is left alone. */
    List<Registration> all() throws IOException {
        List<Registration> found = new ArrayList<>();
        for (String name : names()) {
            if (Character.isDigit(name.charAt(0))) {
                try {
                    String[] f =
                            Files.readString(directory.resolve(name), StandardCharsets.US_ASCII)
                                    .strip()
                                    .split(" ");
                    found.add(
                            new Registration(
                                    Long.parseLong(name),
                                    Long.parseLong(f[0]),
                                    Long.parseLong(f[1]),
                                    Long.parseLong(f[2])));
                } catch (IOException | RuntimeException e) {
                    continue;
                }
            }
        }
        return found;
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        if (!empty()) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    names.add(entry.getFileName().toString());
                }
            }
        }
        return names;
    }
}
