package io.armature.control.dispatch;

import io.armature.control.api.Command;
import io.armature.control.api.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import picocli.CommandLine;

/**
 * Prints a command's help where no device runs, from the command's own class: the components of the
 * bundles on the class path say which that is. Nothing of the command is run.
 */
public final class OfflineHelp {

    private static final int ABSENT = 4;

    private final Map<String, String> models;
    private final ClassLoader classes;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param models class name of each command's model
     */
    OfflineHelp(Map<String, String> models, ClassLoader classes, PrintStream out, PrintStream err) {
        this.models = models;
        this.classes = classes;
        this.out = out;
        this.err = err;
    }

    /**
     * Exits with 0, or 4 and silently if no bundle on the class path has the command.
     *
     * @param arguments the command's words and {@code --help} among them
     */
    public static void main(String[] arguments) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            jars.add(Path.of(entry));
        }
        OfflineHelp help =
                new OfflineHelp(
                        models(jars),
                        OfflineHelp.class.getClassLoader(),
                        new PrintStream(System.out, true, StandardCharsets.UTF_8),
                        new PrintStream(System.err, true, StandardCharsets.UTF_8));
        System.exit(help.print(List.of(arguments), columns(System.getenv("ARMATURE_COLUMNS"))));
    }

    private static int columns(String text) {
        return text != null && text.matches("[1-9][0-9]{0,2}") ? Integer.parseInt(text) : 0;
    }

    /** The class names of all commands' models in the components of these bundles. */
    static Map<String, String> models(List<Path> jars) throws IOException {
        Map<String, String> models = new TreeMap<>();
        for (Path path : jars) {
            try (JarFile jar = new JarFile(path.toFile())) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (entry.getName().startsWith("OSGI-INF/")
                            && entry.getName().endsWith(".xml")) {
                        addModel(models, jar.getInputStream(entry));
                    }
                }
            }
        }
        return models;
    }

    private static void addModel(Map<String, String> models, InputStream descriptor)
            throws IOException {
        Map<String, String> properties = new TreeMap<>();
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = descriptor) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT
                        && reader.getLocalName().equals("property")
                        && reader.getAttributeValue(null, "value") != null) {
                    properties.put(
                            reader.getAttributeValue(null, "name"),
                            reader.getAttributeValue(null, "value"));
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException("damaged component: " + e.getMessage(), e);
        }
        String name = properties.get(Command.NAME);
        String model = properties.get(Command.MODEL);
        if (name != null && model != null) {
            models.put(name, model);
        }
    }

    /** Prints the help of the deepest sub-command that the words name. */
    int print(List<String> words, int columns) {
        String name = words.get(0);
        String model = models.get(name);
        if (model == null) {
            return ABSENT;
        }
        CommandLine line;
        try {
            line = new CommandLine(Class.forName(model, false, classes));
        } catch (ClassNotFoundException | LinkageError e) {
            err.println("armature: help of '" + name + "' is damaged: " + e);
            return ExitCode.FAILED.code();
        }
        CommandCall.dress(line, name, columns);
        for (String word : words.subList(1, words.size())) {
            CommandLine next = line.getSubcommands().get(word);
            if (next == null) {
                break;
            }
            line = next;
        }
        line.usage(out);
        return ExitCode.OK.code();
    }
}
