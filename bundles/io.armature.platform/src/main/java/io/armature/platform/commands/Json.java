package io.armature.platform.commands;

import io.armature.platform.api.Fault;
import java.util.List;

/** The few JSON texts of this bundle's commands. */
final class Json {

    private Json() {}

    static String member(String name, String value) {
        return quoted(name) + ":" + quoted(value);
    }

    static String quoted(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    static String faults(List<Fault> faults) {
        StringBuilder text = new StringBuilder("[");
        for (Fault fault : faults) {
            text.append(text.length() == 1 ? "{" : ",{");
            text.append(member("source", fault.source())).append(',');
            text.append(member("subject", fault.subject())).append(',');
            text.append(member("reason", fault.reason())).append('}');
        }
        return text.append(']').toString();
    }
}
