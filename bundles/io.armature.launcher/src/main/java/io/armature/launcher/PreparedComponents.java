package io.armature.launcher;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Gives the component runtime the descriptions that the build read for it, docs/formats/
 * components.md, as the store that an earlier run would have left: with this run's bundle numbers
 * and times. A bundle that is updated later is read from its own jar.
 */
final class PreparedComponents {

    /** Framework property that has the runtime look for its store. */
    static final String USE = "ds.cache.metadata";

    private static final String RUNTIME = "org.apache.felix.scr";
    private static final String FILE = "components";
    private static final String STORE = "componentMetadataStore";
    private static final int FIRST_BYTES = 'A' << 24 | 'R' << 16 | 'C' << 8 | 1;

    private PreparedComponents() {}

    /** True if the slot has any. */
    static boolean in(Path slot) {
        return slot.resolve(FILE).toFile().isFile();
    }

    /**
     * Writes the runtime's store; does nothing if the slot has no prepared components.
     *
     * @param system the framework's, with all bundles of the slot installed
     * @throws LaunchException if the slot's file or the store is of no use
     */
    static void give(Path slot, BundleContext system) throws LaunchException {
        if (!in(slot)) {
            return;
        }
        Bundle[] bundles = system.getBundles();
        Bundle runtime = runtime(bundles);
        if (runtime == null) {
            return;
        }
        byte[] store;
        try {
            store = store(Files.readAllBytes(slot.resolve(FILE)), bundles);
        } catch (IOException e) {
            throw new LaunchException(
                    ExitStatus.SLOT_REFUSED, "prepared components cannot be read: " + e, e);
        }
        File file = runtime.getDataFile(STORE);
        try (OutputStream out = new FileOutputStream(file)) {
            out.write(store);
        } catch (IOException e) {
            throw new LaunchException(ExitStatus.ROOT_UNUSABLE, "cannot write " + file, e);
        }
    }

    private static Bundle runtime(Bundle... bundles) {
        for (Bundle bundle : bundles) {
            if (RUNTIME.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        return null;
    }

    /** The store for these bundles. */
    static byte[] store(byte[] prepared, Bundle... bundles) throws IOException {
        Map<String, Bundle> byName = new HashMap<>();
        for (Bundle bundle : bundles) {
            byName.put(bundle.getSymbolicName(), bundle);
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(prepared));
        if (in.readInt() != FIRST_BYTES) {
            throw new IOException("not 'ARC' version 1");
        }
        byte[] head = block(in);
        int count = in.readInt();
        int known = 0;
        ByteArrayOutputStream content = new ByteArrayOutputStream(prepared.length);
        DataOutputStream out = new DataOutputStream(content);
        for (int i = 0; i < count; i++) {
            Bundle bundle = byName.get(in.readUTF());
            int components = in.readInt();
            byte[] described = block(in);
            if (bundle != null) {
                known++;
                out.writeLong(bundle.getBundleId());
                out.writeInt(components);
                out.writeLong(bundle.getLastModified());
                out.write(described);
            }
        }
        ByteArrayOutputStream store = new ByteArrayOutputStream(head.length + 4 + content.size());
        store.write(head);
        new DataOutputStream(store).writeInt(known);
        content.writeTo(store);
        return store.toByteArray();
    }

    private static byte[] block(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("cut off");
        }
        return in.readNBytes(length);
    }
}
