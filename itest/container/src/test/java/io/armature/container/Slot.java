package io.armature.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ops4j.pax.exam.Option;

/** Installs the slot's lock as the launcher does, on a device root of its own. */
final class Slot {

    /** Below every level of the lock but the first. */
    private static final int LEVEL_OF_PROBE = 5;

    private static final String PACKAGES = "framework.org.osgi.framework.system.packages.extra=";

    private Slot() {}

    static Option[] options() {
        return options(Map.of());
    }

    /**
     * @param files further ones of the device: contents by path below the root
     */
    static Option[] options(Map<String, String> files) {
        try {
            Path root = Files.createTempDirectory("device");
            Files.createDirectories(root.resolve("etc/armature"));
            Files.writeString(
                    root.resolve("etc/armature/ports.json"),
                    "{\"io.armature.console\": {\"port\": 0}}");
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = root.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            return options(root, image().resolve("opt/armature/slots/A"));
        } catch (IOException e) {
            throw new IllegalStateException("no slot to test", e);
        }
    }

    private static Option[] options(Path root, Path slot) throws IOException {
        List<Option> options = new ArrayList<>();
        options.add(junitBundles());
        options.add(frameworkStartLevel(LEVEL_OF_PROBE));
        // Pax Exam's own bundles ask for an older one.
        options.add(systemPackages("org.slf4j;version=1.7.36"));
        for (String line : Files.readAllLines(slot.resolve("profile"))) {
            if (line.startsWith(PACKAGES)) {
                options.add(systemPackages(line.substring(PACKAGES.length()).split(",", -1)));
            }
        }
        String application = "none";
        for (String line : Files.readAllLines(slot.resolve("lock"))) {
            String[] fields = line.split(" ", -1);
            if (fields[0].equals("application")) {
                application = line.substring("application ".length());
            } else if (fields[0].equals("bundle")) {
                // The conductor starts when the probe is there: two who raise the level get lost.
                options.add(
                        bundle("reference:file:" + slot.resolve(fields[5]))
                                .startLevel(Integer.parseInt(fields[1]))
                                .start(!fields[3].equals(Device.CONDUCTOR)));
            }
        }
        options.add(frameworkProperty("armature.root").value(root.toString()));
        options.add(frameworkProperty("armature.slot").value(slot.toString()));
        options.add(frameworkProperty("armature.version").value("0.1.0"));
        options.add(frameworkProperty("armature.profile").value("generic-x86_64"));
        options.add(frameworkProperty("armature.application").value(application));
        options.add(frameworkProperty("felix.cm.dir").value(root.resolve("cm").toString()));
        options.add(frameworkProperty("ds.delayed.keepInstances").value("true"));
        return options.toArray(new Option[0]);
    }

    private static Path image() {
        return Path.of(System.getProperty("armature.image"));
    }
}
