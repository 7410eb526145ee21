package io.armature.itest.fault;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a class of the spool with a defect, from the source of this build. */
final class ChangedClass {

    private static final Path SOURCES =
            Path.of("../../bundles/io.armature.reporting/src/main/java");

    private ChangedClass() {}

    /**
     * @param name with its package
     * @param edits what stands there once, and what is to stand there instead
     * @param target folder for the class
     */
    static Path compile(String name, Map<String, String> edits, Path target) throws IOException {
        String text = Files.readString(SOURCES.resolve(name.replace('.', '/') + ".java"));
        for (Map.Entry<String, String> edit : edits.entrySet()) {
            int at = text.indexOf(edit.getKey());
            if (at < 0 || text.indexOf(edit.getKey(), at + 1) >= 0) {
                throw new AssertionError(name + " has not once: " + edit.getKey());
            }
            text = text.replace(edit.getKey(), edit.getValue());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        Files.createDirectories(target);
        boolean good =
                compiler.getTask(
                                null,
                                null,
                                said,
                                List.of(
                                        "-proc:none",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "-d",
                                        target.toString()),
                                null,
                                List.of(new Text(name, text)))
                        .call();
        if (!good) {
            throw new AssertionError(name + " does not compile: " + said.getDiagnostics());
        }
        return target;
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(String name, String text) {
            super(
                    URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension),
                    Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
