package io.armature.composer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A Declarative Services component description, of which the build checks the readiness.
 *
 * @param component the component's name
 * @param dsVersion minor version of the descriptor's name space: 5 for 1.5
 * @param condition filter of the satisfying condition, if it names one
 * @param governed the name under which the service manager governs its service, if any
 * @param provided interfaces of its service
 * @param references interfaces of the services that it refers to
 */
record Descriptor(
        String component,
        int dsVersion,
        Optional<String> condition,
        Optional<String> governed,
        List<String> provided,
        List<String> references) {

    private static final String NAMESPACE = "http://www.osgi.org/xmlns/scr/v1.";
    private static final String GOVERNED = "armature.service";
    private static final String TARGET = "osgi.ds.satisfying.condition.target";

    static Descriptor parse(InputStream in) throws IOException {
        Document document = xml(in);
        Element root = document.getDocumentElement();
        String name = root.getAttribute("name");
        if (name.isEmpty()) {
            NodeList implementations = root.getElementsByTagName("implementation");
            name =
                    implementations.getLength() == 0
                            ? "?"
                            : ((Element) implementations.item(0)).getAttribute("class");
        }
        return new Descriptor(
                name,
                minorVersion(root.getNamespaceURI()),
                property(root, TARGET),
                property(root, GOVERNED),
                interfaces(root, "provide"),
                interfaces(root, "reference"));
    }

    private static List<String> interfaces(Element root, String tag) {
        List<String> interfaces = new ArrayList<>();
        NodeList elements = root.getElementsByTagName(tag);
        for (int i = 0; i < elements.getLength(); i++) {
            interfaces.add(((Element) elements.item(i)).getAttribute("interface"));
        }
        return interfaces;
    }

    private static Optional<String> property(Element root, String name) {
        NodeList properties = root.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (name.equals(property.getAttribute("name"))) {
                return Optional.of(property.getAttribute("value"));
            }
        }
        return Optional.empty();
    }

    private static int minorVersion(String namespace) {
        if (namespace == null || !namespace.startsWith(NAMESPACE)) {
            return 0;
        }
        String minor = namespace.substring(NAMESPACE.length()).replaceFirst("\\..*", "");
        return Integer.parseInt(minor);
    }

    /** Parses XML that names no outside files. */
    static Document xml(InputStream in) throws IOException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        try {
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(in);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
