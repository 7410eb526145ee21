package io.armature.itest.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The images that the build composed. */
final class Images {

    private Images() {}

    /** The checkout this test runs in. */
    static Path checkout() {
        String given = System.getProperty("armature.checkout");
        Path start = Path.of(given == null || given.isEmpty() ? "." : given).toAbsolutePath();
        for (Path folder = start.normalize(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("armature")) && Files.exists(folder.resolve("cnf"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no checkout around " + start);
    }

    /** Copies an image with modes and times: the class archive goes by them. */
    static void install(String profile, Path root) throws IOException, InterruptedException {
        Path image = checkout().resolve("firmware-profiles/target/images").resolve(profile);
        if (!Files.isDirectory(image)) {
            throw new IllegalStateException("no image " + image + ": build firmware-profiles");
        }
        Files.createDirectories(root);
        Process copy =
                new ProcessBuilder("cp", "-a", image + "/.", root.toString()).inheritIO().start();
        if (copy.waitFor() != 0) {
            throw new IOException("cp failed for " + image);
        }
    }
}
