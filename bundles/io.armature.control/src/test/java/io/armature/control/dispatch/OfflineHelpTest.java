package io.armature.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class OfflineHelpTest {

    @TempDir private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Needs what only a device has. */
    @Command(description = "Counts.")
    static final class Counter {

        @Option(names = "--from", description = "First number, ${DEFAULT-VALUE}.")
        private int from = 1;

        Counter(Runnable device) {
            throw new AssertionError("made for " + device);
        }

        @Command(description = "Counts up.")
        void up(@Option(names = "--to", description = "Last number.") int to) {
            throw new AssertionError(from + " to " + to);
        }
    }

    private OfflineHelp help(Map<String, String> models) {
        return new OfflineHelp(
                models,
                getClass().getClassLoader(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private int print(String... words) {
        return help(Map.of("count", Counter.class.getName())).print(List.of(words), 80);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void commandIsDescribedByItsClassAlone() {
        assertThat(print("count", "--help")).isZero();
        assertThat(printed())
                .startsWith("Usage: armature count [-h] [--from=<from>] [COMMAND]\nCounts.\n")
                .contains("  up  Counts up.\n");
    }

    @Test
    void deepestSubCommandIsDescribed() {
        assertThat(print("count", "up", "--to", "3", "--help")).isZero();
        assertThat(printed())
                .startsWith("Usage: armature count up [-h] [--to=<to>]")
                .contains("Last number.");
    }

    @Test
    void commandOfNoBundleIsAbsent() {
        assertThat(print("other", "--help")).isEqualTo(4);
        assertThat(printed()).isEmpty();
    }

    @Test
    void classThatIsNotThereIsOneLine() {
        int code = help(Map.of("gone", "com.example.Gone")).print(List.of("gone", "--help"), 80);
        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .hasLineCount(1)
                .contains("'gone'", "com.example.Gone");
    }

    @Test
    void componentsSayWhichClassDescribesACommand() throws IOException {
        Path jar =
                jar(
                        "OSGI-INF/a.xml",
                        component("armature.command", "count", "armature.command.model", "a.B"),
                        "OSGI-INF/b.xml",
                        component("armature.command", "without", "other", "a.C"),
                        "OSGI-INF/c.xml",
                        component("armature.command.model", "a.D", "other", "a.E"),
                        "OSGI-INF/metatype/d.xml",
                        "<MetaData/>",
                        "elsewhere.xml",
                        "no markup");
        Path none = jar("a.txt", "text");
        assertThat(OfflineHelp.models(List.of(jar, none))).containsOnly(Map.entry("count", "a.B"));
    }

    private static String component(String... pairs) {
        StringBuilder xml = new StringBuilder("<scr:component xmlns:scr=\"x\" name=\"n\">");
        for (int i = 0; i < pairs.length; i += 2) {
            xml.append("<property name=\"").append(pairs[i]);
            xml.append("\" type=\"String\" value=\"").append(pairs[i + 1]).append("\"/>");
        }
        return xml.append("<property name=\"list\">a\nb</property></scr:component>").toString();
    }

    private Path jar(String... entries) throws IOException {
        Path jar = Files.createTempFile(folder, "bundle", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (int i = 0; i < entries.length; i += 2) {
                out.putNextEntry(new JarEntry(entries[i]));
                out.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
