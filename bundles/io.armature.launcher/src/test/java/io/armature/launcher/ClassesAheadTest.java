package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

class ClassesAheadTest {

    private static final String PREFIX = "reference:file:/slot/";

    @TempDir private Path folder;

    private final List<String> loaded = new ArrayList<>();

    private Bundle bundle(String location, boolean lazy) {
        Hashtable<String, String> headers = new Hashtable<>();
        if (lazy) {
            headers.put(Constants.BUNDLE_ACTIVATIONPOLICY, Constants.ACTIVATION_LAZY);
        }
        return (Bundle)
                Proxy.newProxyInstance(
                        Bundle.class.getClassLoader(),
                        new Class<?>[] {Bundle.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getLocation" -> location;
                                    case "getHeaders" -> headers;
                                    case "loadClass" -> load(location, (String) arguments[0]);
                                    default -> throw new UnsupportedOperationException();
                                });
    }

    private Class<?> load(String location, String name) throws ClassNotFoundException {
        loaded.add(location.substring(location.lastIndexOf('/') + 1) + " " + name);
        if (name.startsWith("gone.")) {
            throw new ClassNotFoundException(name);
        }
        if (name.startsWith("broken.")) {
            throw new NoClassDefFoundError(name);
        }
        return Object.class;
    }

    private void run(String list, Bundle... bundles) throws Exception {
        Path file = Files.writeString(folder.resolve("list"), list);
        new ClassesAhead(file, PREFIX, bundles).run();
    }

    @Test
    void classesAreLoadedInTheListsOrderWhateverFails() throws Exception {
        run(
                "bundles/b.jar x.B\nbundles/a.jar gone.X\nbundles/a.jar broken.X\nbundles/a.jar x.A\n",
                bundle("System Bundle", false),
                bundle(PREFIX + "bundles/a.jar", false),
                bundle(PREFIX + "bundles/b.jar", false));
        assertThat(loaded)
                .containsExactly("b.jar x.B", "a.jar gone.X", "a.jar broken.X", "a.jar x.A");
    }

    @Test
    void lazyAndUnknownBundlesAndCutOffLinesAreLeftAlone() throws Exception {
        run(
                "bundles/lazy.jar x.L\nbundles/none.jar x.N\n\nword\nbundles/a.jar x.A\nbundles/a.jar x.",
                bundle(PREFIX + "bundles/lazy.jar", true),
                bundle(PREFIX + "bundles/a.jar", false));
        assertThat(loaded).containsExactly("a.jar x.A");
    }

    @Test
    void withoutAListNothingHappens() {
        new ClassesAhead(folder.resolve("none"), PREFIX, bundle(PREFIX + "bundles/a.jar", false))
                .run();
        assertThat(loaded).isEmpty();
    }
}
