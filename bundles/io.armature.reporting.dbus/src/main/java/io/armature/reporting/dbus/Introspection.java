package io.armature.reporting.dbus;

import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.Message;
import java.util.Optional;

/** What every object on a bus answers: whether it is there, and what it offers. */
final class Introspection {

    private static final String DOCTYPE =
            """
            <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
            """;

    private Introspection() {}

    /** The answer, if it is such a question. */
    static Optional<Message> answer(Message call) {
        String question = call.header().interfaceName() + "." + call.header().member();
        return switch (question) {
            case "org.freedesktop.DBus.Peer.Ping" -> Optional.of(call.reply("", Body.empty()));
            case "org.freedesktop.DBus.Introspectable.Introspect" ->
                    description(call.header().path())
                            .map(text -> call.reply("s", Body.of(DOCTYPE + text)));
            default -> Optional.empty();
        };
    }

    /** The object, and those on the way to it; nothing else is there. */
    private static Optional<String> description(String path) {
        if (path.equals(Missived.PATH)) {
            return Optional.of(object());
        }
        String way = path.equals("/") ? path : path + "/";
        if (!Missived.PATH.startsWith(way)) {
            return Optional.empty();
        }
        String next = Missived.PATH.substring(way.length());
        int end = next.indexOf('/');
        return Optional.of(
                "<node><node name=\""
                        + (end < 0 ? next : next.substring(0, end))
                        + "\"/></node>\n");
    }

    private static String object() {
        StringBuilder xml = new StringBuilder("<node>\n <interface name=\"");
        xml.append(Missived.NAME).append("\">\n");
        for (String member : Operation.members()) {
            xml.append("  <method name=\"").append(member).append("\">\n");
            xml.append("   <arg name=\"request\" type=\"ay\" direction=\"in\"/>\n");
            xml.append("   <arg name=\"response\" type=\"ay\" direction=\"out\"/>\n");
            xml.append("  </method>\n");
        }
        return xml.append(" </interface>\n</node>\n").toString();
    }
}
