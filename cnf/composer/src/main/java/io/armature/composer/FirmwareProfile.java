package io.armature.composer;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A board: its features, its JVMs and its limits.
 *
 * @param name file name without {@code .json}
 * @param description one line for people
 * @param architecture {@code x86_64}, {@code arm64} or {@code any}
 * @param application {@code bundle <bsn>}, {@code process <name>} or {@code none}
 * @param features names, in the order of installation
 * @param jvmFlags flags for every version of Java
 * @param jvms allowed versions of Java; the device runs the highest that it has
 * @param initialHeapMb heap at start, MiB
 * @param maximumHeapMb largest heap, MiB
 * @param environment environment variables of the JVM
 * @param limits limits of the process by name
 * @param developerMode whether developers may overrule policy
 * @param configurations board facts by PID and key, over those of the features
 */
record FirmwareProfile(
        String name,
        String description,
        Architecture architecture,
        String application,
        List<String> features,
        List<String> jvmFlags,
        List<JvmChoice> jvms,
        int initialHeapMb,
        int maximumHeapMb,
        Map<String, String> environment,
        Map<String, Integer> limits,
        DeveloperMode developerMode,
        Map<String, Map<String, Object>> configurations) {

    private static final String BUNDLE = "bundle ";

    FirmwareProfile {
        features = List.copyOf(features);
        jvmFlags = List.copyOf(jvmFlags);
        jvms = List.copyOf(jvms);
        environment = Map.copyOf(environment);
        limits = Map.copyOf(limits);
        configurations = Map.copyOf(configurations);
    }

    /** The symbolic name of the bundle that is the application, if a bundle is. */
    Optional<String> applicationBundle() {
        return application.startsWith(BUNDLE)
                ? Optional.of(application.substring(BUNDLE.length()))
                : Optional.empty();
    }

    /** Whether it is an image for developers: test policies count, and policy may be lifted. */
    enum DeveloperMode {
        OFF,
        ON
    }

    /** Processors, with the names that bundles with native code know them by. */
    enum Architecture {
        X86_64("x86_64", List.of("x86-64", "amd64", "em64t", "x86_64")),
        ARM64("arm64", List.of("aarch64", "AArch64", "arm_64", "arm64", "ARM64")),

        /** Runs on each of the others. */
        ANY("any", List.of());

        private final String label;
        private final List<String> osgiNames;

        Architecture(String label, List<String> osgiNames) {
            this.label = label;
            this.osgiNames = osgiNames;
        }

        String label() {
            return label;
        }

        List<String> osgiNames() {
            return osgiNames;
        }

        /** The processors that the image has to run on. */
        List<Architecture> processors() {
            return this == ANY ? List.of(X86_64, ARM64) : List.of(this);
        }
    }
}
