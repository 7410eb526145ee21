package io.armature.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/**
 * Loads the classes that the training run had loaded when its boot was done, in that order: beside
 * the start levels, which then find them. It runs no code of theirs.
 *
 * <p>The list lies beside the class archive: lines {@code <path of the bundle's jar in the slot>
 * <class>}. Without one, and for whatever cannot be loaded, everything is as if this were not.
 */
final class ClassesAhead implements Runnable {

    private final Path list;
    private final String prefix;
    private final Bundle[] bundles;

    /**
     * @param prefix of the bundles' locations, up to the path within the slot
     * @param bundles resolved; nobody waits for their classes yet
     */
    ClassesAhead(Path list, String prefix, Bundle... bundles) {
        this.list = list;
        this.prefix = prefix;
        this.bundles = bundles;
    }

    @Override
    public void run() {
        String text;
        try {
            text = Files.readString(list, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return; // not trained yet
        }
        Map<String, Bundle> byPath = new HashMap<>();
        for (Bundle bundle : bundles) {
            // A class of a lazy bundle would activate it.
            if (bundle.getLocation().startsWith(prefix)
                    && bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATIONPOLICY) == null) {
                byPath.put(bundle.getLocation().substring(prefix.length()), bundle);
            }
        }
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            int blank = text.indexOf(' ', start);
            if (blank > 0 && blank < end) {
                Bundle bundle = byPath.get(text.substring(start, blank));
                if (bundle != null) {
                    load(bundle, text.substring(blank + 1, end));
                }
            }
            start = end + 1;
        }
    }

    private static void load(Bundle bundle, String name) {
        try {
            bundle.loadClass(name);
        } catch (ClassNotFoundException | LinkageError | IllegalStateException e) {
            // Whoever needs it finds out, and knows what for.
            return;
        }
    }
}
