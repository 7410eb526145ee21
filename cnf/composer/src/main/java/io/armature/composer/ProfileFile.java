package io.armature.composer;

import io.armature.composer.FirmwareProfile.DeveloperMode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes a slot's profile file, docs/formats/profile.md. */
final class ProfileFile {

    private ProfileFile() {}

    static String text(Composition composition) {
        FirmwareProfile profile = composition.profile();
        SortedMap<String, String> values = new TreeMap<>();
        values.put("name", profile.name());
        values.put("architecture", profile.architecture().label());
        values.put("application", profile.application());
        values.put("features", String.join(" ", profile.features()));
        List<String> flags = new ArrayList<>(profile.jvmFlags());
        flags.add("-Xms" + profile.initialHeapMb() + "m");
        flags.add("-Xmx" + profile.maximumHeapMb() + "m");
        values.put("jvm.flags", String.join(" ", flags));
        List<String> versions = new ArrayList<>();
        for (JvmChoice jvm : profile.jvms()) {
            versions.add(Integer.toString(jvm.version()));
            if (!jvm.flags().isEmpty()) {
                values.put("jvm." + jvm.version() + ".flags", String.join(" ", jvm.flags()));
            }
        }
        values.put("jvm.versions", String.join(" ", versions));
        profile.environment().forEach((name, value) -> values.put("environment." + name, value));
        profile.limits().forEach((name, value) -> values.put("limit." + name, value.toString()));
        if (profile.developerMode() == DeveloperMode.ON) {
            values.put("developer_mode", "true");
        }
        for (Feature feature : composition.features()) {
            feature.frameworkProperties()
                    .forEach((name, value) -> values.put("framework." + name, value));
        }
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }
}
