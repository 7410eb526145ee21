package io.armature.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An image without some of its bundles, with a lock that fits: what is left out costs nothing. */
final class ReducedImage {

    private static final String SLOT = "opt/armature/slots/A";

    private ReducedImage() {}

    /**
     * Copies an image.
     *
     * @param without symbolic names; without its application the image has none
     */
    static Path make(Path image, Path target, Set<String> without) throws IOException {
        Files.createDirectories(target);
        Commands.run(List.of("cp", "-a", image + "/.", target.toString()), Map.of());
        Path slot = target.resolve(SLOT);
        List<String> lock = new ArrayList<>();
        for (String line : Files.readAllLines(slot.resolve("lock"), StandardCharsets.UTF_8)) {
            String[] words = line.split(" ");
            if (words[0].equals("bundle") && without.contains(words[3])) {
                Files.delete(slot.resolve(words[5]));
            } else if (words[0].equals("application") && without.contains(words[2])) {
                lock.add("application none");
                noApplication(slot.resolve("profile"));
            } else {
                lock.add(line);
            }
        }
        String profile = "file " + sha256(slot.resolve("profile")) + " profile";
        lock.replaceAll(
                line -> line.startsWith("file ") && line.endsWith(" profile") ? profile : line);
        Files.write(slot.resolve("lock"), lock, StandardCharsets.UTF_8);
        return target;
    }

    private static void noApplication(Path profile) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(profile, StandardCharsets.UTF_8));
        lines.replaceAll(line -> line.startsWith("application=") ? "application=none" : line);
        Files.write(profile, lines, StandardCharsets.UTF_8);
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }
}
