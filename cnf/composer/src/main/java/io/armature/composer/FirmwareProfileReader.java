package io.armature.composer;

import io.armature.composer.FirmwareProfile.Architecture;
import io.armature.composer.FirmwareProfile.DeveloperMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a firmware profile, docs/formats/firmware-profile.md. */
final class FirmwareProfileReader {

    private static final Pattern APPLICATION =
            Pattern.compile("none|bundle [A-Za-z0-9._-]+|process [A-Za-z0-9._-]+");

    private static final Pattern FLAG = Pattern.compile("-[A-Za-z0-9:+=.,/_-]+");

    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9:+=.,/_-]+");

    private static final Pattern VERSION = Pattern.compile("1[7-9]|[2-9][0-9]");

    private static final List<String> LIMITS = List.of("open_files");

    FirmwareProfile read(Path path) throws CompositionException {
        String file = path.getFileName().toString();
        JsonFile json = JsonFile.read(path);
        json.only(
                "armature-firmware-profile",
                "description",
                "architecture",
                "application",
                "features",
                "jvm",
                "heap",
                "environment",
                "limits",
                "developer_mode",
                "configurations");
        if (json.integer("armature-firmware-profile") != 1) {
            throw json.fault("armature-firmware-profile", "must be 1, the version of the format");
        }
        String application = json.text("application");
        if (!APPLICATION.matcher(application).matches()) {
            throw json.fault("application", "must be none, bundle <name> or process <name>");
        }
        JsonFile heap = json.object("heap");
        heap.only("initial_mb", "maximum_mb");
        if (heap.integer("initial_mb") > heap.integer("maximum_mb")) {
            throw json.fault("heap/initial_mb", "must not be over heap/maximum_mb");
        }
        return new FirmwareProfile(
                file.substring(0, file.length() - ".json".length()),
                json.text("description"),
                architecture(json),
                application,
                json.texts("features"),
                flags(json.object("jvm"), "flags"),
                jvms(json),
                heap.integer("initial_mb"),
                heap.integer("maximum_mb"),
                environment(json),
                limits(json),
                json.flag("developer_mode") ? DeveloperMode.ON : DeveloperMode.OFF,
                json.configurations("configurations"));
    }

    private static Architecture architecture(JsonFile json) throws CompositionException {
        String label = json.text("architecture");
        for (Architecture architecture : Architecture.values()) {
            if (architecture.label().equals(label)) {
                return architecture;
            }
        }
        throw json.fault("architecture", "must be x86_64, arm64 or any, not " + label);
    }

    private static List<JvmChoice> jvms(JsonFile json) throws CompositionException {
        JsonFile jvm = json.object("jvm");
        jvm.only("flags", "versions");
        JsonFile versions = jvm.object("versions");
        List<JvmChoice> jvms = new ArrayList<>();
        for (String version : versions.keys()) {
            if (!VERSION.matcher(version).matches()) {
                throw json.fault(
                        "jvm/versions", "must hold feature versions from 17, not " + version);
            }
            jvms.add(new JvmChoice(Integer.parseInt(version), flags(versions, version)));
        }
        if (jvms.isEmpty()) {
            throw json.fault("jvm/versions", "must name at least one version");
        }
        return jvms;
    }

    private static List<String> flags(JsonFile json, String key) throws CompositionException {
        for (String flag : json.texts(key)) {
            if (!FLAG.matcher(flag).matches()) {
                throw json.fault("jvm", "holds '" + flag + "', which is not a plain flag");
            }
        }
        return json.texts(key);
    }

    private static Map<String, String> environment(JsonFile json) throws CompositionException {
        Map<String, String> environment = json.textMap("environment");
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (!VARIABLE.matcher(variable.getKey()).matches()) {
                throw json.fault(
                        "environment/" + variable.getKey(), "must be a name of A-Z, 0-9 and _");
            }
            if (!WORD.matcher(variable.getValue()).matches()) {
                throw json.fault("environment/" + variable.getKey(), "must be a plain word");
            }
        }
        return environment;
    }

    private static Map<String, Integer> limits(JsonFile json) throws CompositionException {
        Map<String, Integer> limits = json.integerMap("limits");
        for (String name : limits.keySet()) {
            if (!LIMITS.contains(name)) {
                throw json.fault("limits/" + name, "is not one of " + String.join(", ", LIMITS));
            }
        }
        return limits;
    }
}
