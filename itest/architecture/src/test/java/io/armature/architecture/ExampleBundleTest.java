package io.armature.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.Command;
import io.armature.control.api.testing.MemoryTerminal;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The bundle that ARCHITECTURE.md shows is one that a reader can build. */
class ExampleBundleTest {

    private static final Pattern SOURCE =
            Pattern.compile("`src/main/java/(\\S+\\.java)`:\\s+```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<groupId>io\\.armature</groupId><artifactId>(io\\.armature\\.[a-z0-9.]+)</artifactId>"
                            + "<version>\\$\\{project\\.version}</version>");

    private final Path bundles = Path.of(System.getProperty("armature.bundles")).normalize();

    @TempDir private Path folder;

    @Test
    void theBundleOfThePageCompilesAgainstWhatItNamesAndAnswers() throws Exception {
        String page = Files.readString(bundles.resolveSibling("ARCHITECTURE.md"));
        List<Path> sources = sources(page);
        assertThat(sources).hasSize(2);

        assertThat(compile(sources, named(page))).isEmpty();

        assertThat(answer()).isEqualTo("hello\n");
        assertThat(answer("--json")).isEqualTo("{\"greeting\":\"hello\"}\n");
    }

    /** The page's sources as files in the test's folder. */
    private List<Path> sources(String page) throws IOException {
        List<Path> sources = new ArrayList<>();
        Matcher found = SOURCE.matcher(page);
        while (found.find()) {
            Path source = folder.resolve("src").resolve(found.group(1));
            Files.createDirectories(source.getParent());
            sources.add(Files.writeString(source, found.group(2)));
        }
        return sources;
    }

    /** Of our own bundles those that the page's pom names, and no other; libraries of all. */
    private List<String> named(String page) {
        List<String> named = new ArrayList<>();
        Matcher dependency = DEPENDENCY.matcher(page);
        while (dependency.find()) {
            Path compiled = bundles.resolve(dependency.group(1)).resolve("target/classes");
            assertThat(compiled).isDirectory();
            named.add(compiled.toString());
        }
        assertThat(named).hasSize(2);
        for (String library : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Stream.of("picocli", "org.osgi.").anyMatch(library::contains)) {
                named.add(library);
            }
        }
        return named;
    }

    /** What the compiler says, warnings too. */
    private String compile(List<Path> sources, List<String> classPath) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of(
                        "-Xlint:all,-processing,-classfile",
                        "-d",
                        Files.createDirectories(folder.resolve("classes")).toString(),
                        "-cp",
                        String.join(File.pathSeparator, classPath));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(
                            said,
                            files,
                            null,
                            options,
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
        return said.toString();
    }

    /** What the command prints. */
    private String answer(String... arguments) throws Exception {
        URL classes = folder.resolve("classes").toUri().toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes})) {
            Command command =
                    (Command)
                            loader.loadClass("io.armature.hello.HelloCommand")
                                    .getConstructor()
                                    .newInstance();
            MemoryTerminal terminal = new MemoryTerminal("");
            assertThat(new CommandLine(command.create(terminal)).execute(arguments)).isZero();
            return terminal.printed();
        }
    }
}
