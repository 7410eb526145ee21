package io.armature.composer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.apache.felix.scr.impl.logger.BundleLogger;
import org.apache.felix.scr.impl.metadata.ComponentMetadata;
import org.apache.felix.scr.impl.metadata.MetadataStoreHelper;
import org.apache.felix.scr.impl.xml.XmlHandler;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentException;
import org.xml.sax.SAXException;

/**
 * Compiles a slot's {@code components} file, docs/formats/components.md: all component descriptions
 * of the slot, read by the component runtime's own classes, so that a start parses no XML.
 */
final class PreparedComponents {

    /** The component runtime whose classes this composer was built with. */
    static final String RUNTIME_VERSION = "2.2.18";

    private static final String RUNTIME = "org.apache.felix.scr";
    private static final byte[] FIRST_BYTES = {'A', 'R', 'C', 1};

    private final Map<String, List<ComponentMetadata>> components = new LinkedHashMap<>();
    private final Set<String> strings = new TreeSet<>();

    private PreparedComponents() {}

    /** The file's bytes; empty if the composition ships no component runtime. */
    static Optional<byte[]> compile(Composition composition) throws CompositionException {
        Optional<ShippedBundle> runtime =
                composition.bundles().stream().filter(b -> b.name().equals(RUNTIME)).findAny();
        if (runtime.isEmpty()) {
            return Optional.empty();
        }
        if (!runtime.get().version().equals(RUNTIME_VERSION)) {
            throw new CompositionException(
                    "The composer prepares components for %s %s, but %s is shipped: give it the same version."
                            .formatted(RUNTIME, RUNTIME_VERSION, runtime.get().version()));
        }
        PreparedComponents file = new PreparedComponents();
        for (ShippedBundle bundle : composition.bundles()) {
            if (bundle.hasComponents()) {
                file.add(bundle);
            }
        }
        try {
            return Optional.of(file.bytes());
        } catch (IOException e) {
            throw new CompositionException("Components cannot be prepared: " + e + ".");
        }
    }

    private void add(ShippedBundle bundle) throws CompositionException {
        List<ComponentMetadata> found = new ArrayList<>();
        try (JarFile jar = new JarFile(bundle.jar().toFile())) {
            for (JarEntry entry : ConditionCheck.entries(jar, bundle)) {
                try (InputStream in = jar.getInputStream(entry)) {
                    found.addAll(parse(in));
                }
            }
            for (ComponentMetadata component : found) {
                component.validate();
                component.collectStrings(strings);
            }
        } catch (IOException
                | SAXException
                | ParserConfigurationException
                | ComponentException
                | UnsupportedOperationException e) {
            throw new CompositionException(
                    "A component of %s cannot be prepared: %s."
                            .formatted(bundle.name(), e.getMessage()));
        }
        components.put(bundle.name(), found);
    }

    /** As the runtime itself does with the settings that the launcher gives it. */
    private static List<ComponentMetadata> parse(InputStream in)
            throws IOException, SAXException, ParserConfigurationException {
        SAXParserFactory factory = SAXParserFactory.newInstance();
        factory.setNamespaceAware(true);
        XmlHandler handler =
                new XmlHandler(
                        refusing(Bundle.class),
                        refusing(BundleLogger.class),
                        false,
                        true, // ds.delayed.keepInstances
                        refusing(ServiceReference.class));
        factory.newSAXParser().parse(in, handler);
        return handler.getComponentMetadataList();
    }

    /** Whatever is called on it is something that a description should not make the parser do. */
    private static <T> T refusing(Class<T> type) {
        InvocationHandler handler =
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(
                            "its description needs "
                                    + type.getSimpleName()
                                    + "."
                                    + method.getName()
                                    + (arguments == null ? "" : " " + List.of(arguments)));
                };
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private byte[] bytes() throws IOException {
        MetadataStoreHelper.MetaDataWriter writer = new MetadataStoreHelper.MetaDataWriter();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(result);
        out.write(FIRST_BYTES);
        block(out, head(writer));
        out.writeInt(components.size());
        for (Map.Entry<String, List<ComponentMetadata>> bundle : components.entrySet()) {
            out.writeUTF(bundle.getKey());
            out.writeInt(bundle.getValue().size());
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            DataOutputStream stored = new DataOutputStream(content);
            for (ComponentMetadata component : bundle.getValue()) {
                component.store(stored, writer);
            }
            block(out, content);
        }
        return result.toByteArray();
    }

    /** What stands before the first bundle in the runtime's store: its version and all words. */
    private ByteArrayOutputStream head(MetadataStoreHelper.MetaDataWriter writer)
            throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(head);
        writer.writeVersion(out);
        out.writeInt(strings.size());
        for (String string : strings) {
            writer.writeIndexedString(string, out);
        }
        return head;
    }

    private static void block(DataOutputStream out, ByteArrayOutputStream content)
            throws IOException {
        out.writeInt(content.size());
        content.writeTo(out);
    }
}
