package io.armature.composer;

import java.io.IOException;
import java.io.InputStream;
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
 */
record Descriptor(String component, int dsVersion, Optional<String> condition) {

    private static final String NAMESPACE = "http://www.osgi.org/xmlns/scr/v1.";
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
        return new Descriptor(name, minorVersion(root.getNamespaceURI()), condition(root));
    }

    private static Optional<String> condition(Element root) {
        NodeList properties = root.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (TARGET.equals(property.getAttribute("name"))) {
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
