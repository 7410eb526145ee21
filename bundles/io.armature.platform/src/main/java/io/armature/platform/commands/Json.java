package io.armature.platform.commands;

import io.armature.control.api.JsonText;
import io.armature.platform.api.Fault;
import io.armature.platform.settings.SettingsReload;
import java.util.List;

/** The few JSON texts of this bundle's commands. */
final class Json {

    private Json() {}

    static String member(String name, String value) {
        return JsonText.quoted(name) + ":" + JsonText.quoted(value);
    }

    static String reload(SettingsReload done) {
        JsonText text = new JsonText().open('{').name("changed").open('[');
        for (SettingsReload.Change one : done.changes()) {
            text.open('{').name("pid").value(one.pid()).name("key").value(one.key());
            text.name("before").value(one.before()).name("now").value(one.now()).close('}');
        }
        text.close(']').name("faults");
        return addFaults(text, done.faults()).close('}').toString();
    }

    static String faults(List<Fault> faults) {
        return addFaults(new JsonText(), faults).toString();
    }

    private static JsonText addFaults(JsonText text, List<Fault> faults) {
        text.open('[');
        for (Fault fault : faults) {
            text.open('{').name("source").value(fault.source());
            text.name("subject").value(fault.subject());
            text.name("reason").value(fault.reason()).close('}');
        }
        return text.close(']');
    }
}
