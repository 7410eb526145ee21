package io.armature.reporting.dbus;

import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import io.armature.dbus.wire.link.BusSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Which user is behind a connection: asked of the bus once, kept while the connection is there. Of
 * one connection to the bus, on its thread.
 */
final class Senders {

    /** What is asked of the bus. */
    interface Directory {

        /** As {@link BusSession#watch}. */
        void watch(String name, Consumer<String> changed);

        /** As {@link BusSession#unwatch}. */
        void unwatch(String name);

        /** Asks for the number of the user; the answer is that of the bus. */
        void userOf(String name, Consumer<Message> answered);

        /** A connection's. */
        static Directory of(BusSession session) {
            return new Directory() {
                @Override
                public void watch(String name, Consumer<String> changed) {
                    session.watch(name, changed);
                }

                @Override
                public void unwatch(String name) {
                    session.unwatch(name);
                }

                @Override
                public void userOf(String name, Consumer<Message> answered) {
                    session.callBus("GetConnectionUnixUser", "s", Body.of(name), answered);
                }
            };
        }
    }

    /** What comes of a question; one of them, once. */
    interface Verdict {

        void known(long uid);

        /** The bus could not say. */
        void failed();

        /** The sender has gone meanwhile; nobody waits. */
        void gone();
    }

    private static final class Sender {
        final Queue<Verdict> waiting = new ArrayDeque<>();
        boolean asked;
        long uid;
    }

    /** Names that are kept; the one unused for longest is forgotten first. */
    static final int KEPT = 256;

    private final Directory bus;
    private final Map<String, Sender> senders = new LinkedHashMap<>(16, 0.75f, true);

    Senders(Directory bus) {
        this.bus = bus;
    }

    /** Questions about one sender are answered in their order. */
    void ask(String name, Verdict verdict) {
        Sender sender = senders.get(name);
        if (sender != null && !sender.asked) {
            verdict.known(sender.uid);
            return;
        }
        if (sender == null) {
            sender = new Sender();
            sender.asked = true;
            senders.put(name, sender);
            forgetOldest();
            lookUp(name, sender);
        }
        sender.waiting.add(verdict);
    }

    /** Names in the cache, those asked for among them. */
    int size() {
        return senders.size();
    }

    /** The connection is lost: whoever waits is told so. */
    void close() {
        List<Sender> all = new ArrayList<>(senders.values());
        senders.clear();
        all.forEach(sender -> sender.waiting.forEach(Verdict::gone));
    }

    /** The watch is there before the question, so that no end is missed. */
    private void lookUp(String name, Sender sender) {
        bus.watch(
                name,
                owner -> {
                    if (owner.isEmpty()) {
                        vanished(name);
                    }
                });
        bus.userOf(
                name,
                answer -> {
                    if (isCurrent(name, sender)) {
                        answered(name, sender, answer);
                    }
                });
    }

    @SuppressWarnings("ReferenceEquality") // this very entry, not one made since
    private boolean isCurrent(String name, Sender sender) {
        return senders.get(name) == sender;
    }

    private void answered(String name, Sender sender, Message answer) {
        sender.asked = false;
        try {
            if (answer.type() != Message.Type.REPLY || !answer.header().signature().equals("u")) {
                throw new MalformedException(BusSession.text(answer));
            }
            sender.uid = new Body(answer).word() & 0xffff_ffffL;
            sender.waiting.forEach(verdict -> verdict.known(sender.uid));
        } catch (MalformedException e) {
            senders.remove(name);
            bus.unwatch(name);
            sender.waiting.forEach(Verdict::failed);
        }
        sender.waiting.clear();
    }

    private void vanished(String name) {
        Sender sender = senders.remove(name);
        bus.unwatch(name);
        if (sender != null) {
            sender.waiting.forEach(Verdict::gone);
        }
    }

    private void forgetOldest() {
        Iterator<Map.Entry<String, Sender>> oldest = senders.entrySet().iterator();
        while (senders.size() > KEPT && oldest.hasNext()) {
            Map.Entry<String, Sender> one = oldest.next();
            if (!one.getValue().asked) {
                oldest.remove();
                bus.unwatch(one.getKey());
            }
        }
    }
}
