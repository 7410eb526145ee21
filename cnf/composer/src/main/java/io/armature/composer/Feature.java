package io.armature.composer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One capability: what runs together, and with which settings.
 *
 * @param name file name without {@code .json}
 * @param description one line for people
 * @param bundles in the order of installation
 * @param configurations defaults by PID and key, over those of the bundles
 * @param classPath jars of the launcher's class path
 * @param clientPath jars of the command line's class path
 * @param frameworkProperties what the launcher passes to the framework
 * @param conditionExceptions third-party bundles with components that wait for no milestone, each
 *     with the reason why that is right
 * @param wanted bundles that are shipped for themselves, each with the reason
 * @param policies policy files of the service manager
 * @param busPolicies policy files of the message bus
 */
record Feature(
        String name,
        String description,
        List<FeatureBundle> bundles,
        Map<String, Map<String, Object>> configurations,
        List<Coordinates> classPath,
        List<Coordinates> clientPath,
        Map<String, String> frameworkProperties,
        Map<String, String> conditionExceptions,
        Map<String, String> wanted,
        List<Path> policies,
        List<Path> busPolicies) {

    Feature {
        bundles = List.copyOf(bundles);
        configurations = Map.copyOf(configurations);
        classPath = List.copyOf(classPath);
        clientPath = List.copyOf(clientPath);
        frameworkProperties = Map.copyOf(frameworkProperties);
        conditionExceptions = Map.copyOf(conditionExceptions);
        wanted = Map.copyOf(wanted);
        policies = List.copyOf(policies);
        busPolicies = List.copyOf(busPolicies);
    }
}
