package io.armature.composer;

import aQute.bnd.classfile.ClassFile;
import aQute.bnd.classfile.ConstantPool;
import aQute.bnd.classfile.ConstantPool.AbstractRefInfo;
import aQute.bnd.classfile.ConstantPool.NameAndTypeInfo;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * A class that publishes a governed service in code, or looks one up, declares it, so that {@link
 * GrantCheck} sees it: {@code @OwnsService} and {@code @UsesService} stand where it is done.
 */
final class DeclarationCheck implements Check {

    private static final String API = "io/armature/services/api/";
    private static final String MANAGER = API + "ServiceManager.";
    private static final String REGISTER = MANAGER + "register";
    private static final String PUBLISH = "org/osgi/framework/BundleContext.registerService";

    private static final List<String> LOOK_UPS =
            List.of(MANAGER + "sticky", MANAGER + "request", MANAGER + "query");

    @Override
    public List<String> faults(Composition composition) throws CompositionException {
        List<String> faults = new ArrayList<>();
        for (ShippedBundle bundle : composition.bundles()) {
            if (bundle.own()
                    || bundle.header("Import-Package")
                            .orElse("")
                            .contains("io.armature.services.api")) {
                look(bundle, faults);
            }
        }
        return faults;
    }

    private static void look(ShippedBundle bundle, List<String> faults)
            throws CompositionException {
        try (JarFile jar = new JarFile(bundle.jar().toFile())) {
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
                JarEntry entry = all.nextElement();
                if (entry.getName().endsWith(".class")) {
                    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                        Mentions.of(ClassFile.parseClassFile(in)).faults(bundle, faults);
                    }
                }
            }
        } catch (IOException e) {
            throw new CompositionException(
                    "A class of %s cannot be read: %s.".formatted(bundle.name(), e.getMessage()));
        }
    }

    /**
     * What one class mentions.
     *
     * @param calls methods of other classes, {@code package/Type.method}
     * @param constants strings in code
     * @param texts names of types among them
     */
    private record Mentions(
            String type, Set<String> calls, Set<String> constants, Set<String> texts) {

        static Mentions of(ClassFile file) {
            ConstantPool pool = file.constant_pool;
            Mentions mentions =
                    new Mentions(
                            file.this_class.replace('/', '.'),
                            new HashSet<>(),
                            new HashSet<>(),
                            new HashSet<>());
            for (int i = 1; i < pool.size(); i++) {
                mentions.add(pool, i);
            }
            return mentions;
        }

        private void add(ConstantPool pool, int index) {
            Object entry = pool.entry(index);
            if (entry instanceof AbstractRefInfo reference) {
                NameAndTypeInfo method = pool.entry(reference.name_and_type_index);
                calls.add(
                        pool.className(reference.class_index) + "." + pool.utf8(method.name_index));
            } else if (entry instanceof ConstantPool.StringInfo text) {
                constants.add(pool.utf8(text.string_index));
            } else if (entry instanceof String text) {
                texts.add(text);
            }
        }

        void faults(ShippedBundle bundle, List<String> faults) {
            for (String lookUp : LOOK_UPS) {
                if (calls.contains(lookUp) && !declares("UsesService")) {
                    faults.add(undeclared(bundle, lookUp, "UsesService"));
                }
            }
            if (calls.contains(REGISTER) && !declares("OwnsService")) {
                faults.add(undeclared(bundle, REGISTER, "OwnsService"));
            }
            if (calls.contains(PUBLISH)
                    && constants.contains(GovernedNames.NAMESPACE)
                    && !declares("OwnsService")) {
                faults.add(undeclared(bundle, PUBLISH, "OwnsService"));
            }
        }

        /** Annotations of class files, one or several of a kind. */
        private boolean declares(String annotation) {
            return texts.contains("L" + API + annotation + ";")
                    || texts.contains("L" + API + annotation + "$All;");
        }

        private String undeclared(ShippedBundle bundle, String call, String annotation) {
            return "%s of %s calls %s for a governed service without @%s, so that nobody can tell whether policy allows it."
                    .formatted(
                            type,
                            bundle.name(),
                            call.substring(call.lastIndexOf('/') + 1),
                            annotation);
        }
    }
}
