package io.armature.platform.commands;

import io.armature.control.api.JsonText;
import io.armature.platform.api.Fault;
import java.util.List;

/** The few JSON texts of this bundle's commands. */
final class Json {

    private Json() {}

    static String member(String name, String value) {
        return JsonText.quoted(name) + ":" + JsonText.quoted(value);
    }

    static String faults(List<Fault> faults) {
        JsonText text = new JsonText().open('[');
        for (Fault fault : faults) {
            text.open('{').name("source").value(fault.source());
            text.name("subject").value(fault.subject());
            text.name("reason").value(fault.reason()).close('}');
        }
        return text.close(']').toString();
    }
}
