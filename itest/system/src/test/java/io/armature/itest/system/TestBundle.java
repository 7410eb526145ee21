package io.armature.itest.system;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Makes what a test brings along: classes in a folder. */
final class TestBundle {

    private TestBundle() {}

    /** Copies a class of the tests with those in it. */
    static void copyClasses(Class<?> top, Path folder) throws IOException {
        Path classes;
        try {
            classes = Path.of(top.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        String name = top.getName().replace('.', '/');
        Path target = Files.createDirectories(folder.resolve(name).getParent());
        List<Path> files;
        try (Stream<Path> found = Files.list(classes.resolve(name).getParent())) {
            String own = top.getSimpleName();
            files =
                    found.filter(f -> f.getFileName().toString().matches(own + "(\\$.*)?\\.class"))
                            .toList();
        }
        for (Path file : files) {
            Files.copy(file, target.resolve(file.getFileName().toString()));
        }
    }
}
