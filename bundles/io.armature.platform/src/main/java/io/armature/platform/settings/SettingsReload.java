package io.armature.platform.settings;

import io.armature.platform.api.Fault;
import java.util.List;

/**
 * What became of reading the files again.
 *
 * @param faults what is wrong; if there is anything, nothing was changed
 * @param changes by PID and key
 */
public record SettingsReload(List<Fault> faults, List<Change> changes) {

    /**
     * A setting that has another value now.
     *
     * @param before as text, the default if it was not set; hidden for a password
     */
    public record Change(String pid, String key, String before, String now) {}

    public SettingsReload {
        faults = List.copyOf(faults);
        changes = List.copyOf(changes);
    }
}
