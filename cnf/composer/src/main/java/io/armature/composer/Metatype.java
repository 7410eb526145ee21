package io.armature.composer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The object class definitions of a bundle.
 *
 * @param names the definition's name by PID
 * @param settings every setting of these
 */
record Metatype(Map<String, String> names, List<Setting> settings) {

    private static final String FOLDER = "OSGI-INF/metatype/";

    static Metatype of(ShippedBundle bundle) throws CompositionException {
        Metatype metatype = new Metatype(new HashMap<>(), new ArrayList<>());
        try (JarFile jar = new JarFile(bundle.jar().toFile())) {
            Enumeration<JarEntry> entries = jar.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().matches(FOLDER + "[^/]+\\.xml")) {
                    metatype.add(jar.getInputStream(entry));
                }
            }
        } catch (IOException e) {
            throw new CompositionException(
                    "A metatype description of %s cannot be read: %s."
                            .formatted(bundle.name(), e.getMessage()));
        }
        return metatype;
    }

    void add(InputStream in) throws IOException {
        Element root = Descriptor.xml(in).getDocumentElement();
        Map<String, Element> definitions = new HashMap<>();
        for (Element definition : elements(root, "OCD")) {
            definitions.put(definition.getAttribute("id"), definition);
        }
        for (Element designate : elements(root, "Designate")) {
            String pid = designate.getAttribute("pid");
            for (Element object : elements(designate, "Object")) {
                Element definition = definitions.get(object.getAttribute("ocdref"));
                if (!pid.isEmpty() && definition != null) {
                    names.put(pid, line(definition.getAttribute("name")));
                    for (Element attribute : elements(definition, "AD")) {
                        settings.add(setting(pid, attribute));
                    }
                }
            }
        }
    }

    private static Setting setting(String pid, Element attribute) {
        String type = attribute.getAttribute("type");
        String cardinality = attribute.getAttribute("cardinality");
        boolean many = !cardinality.isEmpty() && Integer.parseInt(cardinality) != 0;
        String standard = attribute.getAttribute("default");
        List<String> options = new ArrayList<>();
        for (Element option : elements(attribute, "Option")) {
            options.add(option.getAttribute("value"));
        }
        return new Setting(
                pid,
                attribute.getAttribute("id"),
                "Char".equals(type) ? "Character" : type,
                many,
                many ? standard : standard.replaceAll("\\\\(.)", "$1"),
                attribute.getAttribute("min"),
                attribute.getAttribute("max"),
                options,
                line(attribute.getAttribute("description")));
    }

    private static String line(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ").trim();
    }

    private static List<Element> elements(Element parent, String name) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = parent.getElementsByTagNameNS("*", name);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
