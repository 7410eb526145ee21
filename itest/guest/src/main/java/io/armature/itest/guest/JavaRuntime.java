package io.armature.itest.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A JVM cut down to what an appliance needs, linked from the one that runs here. */
public final class JavaRuntime {

    /** Where a guest has it: among the places where an appliance looks. */
    public static final String HOME = "/usr/lib/jvm/java";

    private static final String MODULES =
            "java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.crypto.ec,"
                    + "jdk.httpserver,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs";

    private JavaRuntime() {}

    /**
     * Adds it to a guest's files.
     *
     * @param folder for the runtime; made once, whole, and kept
     */
    public static RootFiles addTo(RootFiles files, Path folder) throws IOException {
        if (!Files.isExecutable(folder.resolve("bin/java"))) {
            link(folder);
        }
        files.tree(folder, HOME);
        List<Path> loaders;
        try (Stream<Path> walk = Files.walk(folder)) {
            loaders =
                    walk.filter(
                                    file ->
                                            file.endsWith("bin/java")
                                                    || file.toString().endsWith(".so"))
                            .toList();
        }
        for (Path loader : loaders) {
            for (Path library : SharedLibraries.of(loader)) {
                if (!library.startsWith(folder)) {
                    files.copy(library.toRealPath(), library.toString());
                }
            }
        }
        return files;
    }

    private static void link(Path folder) throws IOException {
        Path home = Path.of(System.getProperty("java.home"));
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".new");
        LocalCommand.run("rm", "-rf", unfinished.toString()).ok();
        LocalCommand.run(
                        home.resolve("bin/jlink").toString(),
                        "--module-path=" + home.resolve("jmods"),
                        "--add-modules=" + MODULES,
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output=" + unfinished)
                .ok();
        LocalCommand.run(unfinished.resolve("bin/java").toString(), "-Xshare:dump").ok();
        Files.move(unfinished, folder);
    }
}
