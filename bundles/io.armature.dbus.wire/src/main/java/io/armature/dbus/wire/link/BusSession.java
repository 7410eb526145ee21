package io.armature.dbus.wire.link;

import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.BusAddress;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import io.armature.platform.api.DeviceClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One connection to the bus, from the greeting to its end: calls with their answers, and watches of
 * names. On the loop's thread only.
 */
public final class BusSession {

    /** The bus itself. */
    public static final String BUS = "org.freedesktop.DBus";

    /** Why a call that had no answer failed: the connection was lost, or time was up. */
    public static final String NO_REPLY = "org.freedesktop.DBus.Error.NoReply";

    /** Told of what is not an answer. */
    public interface Events {

        /** Somebody calls us. */
        void called(Message call);

        /** Somebody calls us with more than we take. */
        void calledTooLong(Message head, long bytes);

        /** A message could not even be answered. */
        void dropped(long bytes);

        /** The well-known name has become ours, or no longer is. */
        void named(String name, boolean ours);

        /** All that was sent has left. */
        void drained();

        /** The end; told once, after every pending call has failed. */
        void closed(String reason);
    }

    private record Pending(String from, Consumer<Message> answered, DeviceClock.Timer timer) {}

    private static final String BUS_PATH = "/org/freedesktop/DBus";
    private static final Duration BUS_TIME = Duration.ofSeconds(10);

    private final Loop loop;
    private final DeviceClock clock;
    private final Events events;
    private final BusSocket socket;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Map<String, Consumer<String>> watches = new HashMap<>();
    private int lastSerial;

    /**
     * Connects and says hello.
     *
     * @param limit bytes of a message that is taken
     * @throws IOException if there is no bus
     */
    public BusSession(Loop loop, DeviceClock clock, BusAddress address, int limit, Events events)
            throws IOException {
        this.loop = loop;
        this.clock = clock;
        this.events = events;
        this.socket = new BusSocket(loop, address, limit, new SocketEvents());
        callBus(
                "Hello",
                "",
                Body.empty(),
                answer -> {
                    if (answer.type() != Message.Type.REPLY) {
                        close("the bus does not answer Hello: " + text(answer));
                    }
                });
    }

    /** Sends what needs no answer. */
    public void send(Message message) {
        socket.send(message, nextSerial());
    }

    /** Bytes that have not left yet. */
    public long queuedBytes() {
        return socket.queuedBytes();
    }

    /**
     * Calls the bus.
     *
     * @param answered gets the reply or an error, {@link #NO_REPLY} among them; once
     */
    public void callBus(
            String member, String signature, ByteBuffer body, Consumer<Message> answered) {
        Message call = Message.call(BUS, BUS_PATH, BUS, member, signature, body);
        call(call, BUS, BUS_TIME, answered);
    }

    /**
     * Calls somebody.
     *
     * @param from unique name that may answer
     * @param answered as in {@link #callBus}
     */
    public void call(Message call, String from, Duration time, Consumer<Message> answered) {
        int serial = nextSerial();
        DeviceClock.Timer timer =
                clock.after(time, loop, () -> failed(serial, "no answer within " + time));
        pending.put(serial, new Pending(from, answered, timer));
        socket.send(call, serial);
    }

    /**
     * Watches who has a name, from now on.
     *
     * @param changed gets the unique name of the new owner, empty for nobody
     */
    public void watch(String name, Consumer<String> changed) {
        if (watches.put(name, changed) == null) {
            callBus("AddMatch", "s", Body.of(rule(name)), answer -> {});
        }
    }

    /** Ends a watch. */
    public void unwatch(String name) {
        if (watches.remove(name) != null) {
            callBus("RemoveMatch", "s", Body.of(rule(name)), answer -> {});
        }
    }

    /** What an error says. */
    public static String text(Message error) {
        try {
            return error.header().signature().startsWith("s")
                    ? error.header().errorName() + ": " + new Body(error).text()
                    : error.header().errorName();
        } catch (MalformedException e) {
            return error.header().errorName();
        }
    }

    /** Sends what the bus takes at once, and ends. Repeating it is harmless. */
    public void close(String reason) {
        socket.flush();
        socket.close(reason);
    }

    private static String rule(String name) {
        return "type='signal',sender='"
                + BUS
                + "',interface='"
                + BUS
                + "',member='NameOwnerChanged',arg0='"
                + name
                + "'";
    }

    private int nextSerial() {
        do {
            lastSerial++;
        } while (lastSerial == 0 || pending.containsKey(lastSerial));
        return lastSerial;
    }

    private void failed(int serial, String reason) {
        Pending call = pending.remove(serial);
        if (call != null) {
            call.timer.cancel();
            call.answered.accept(noReply(serial, reason));
        }
    }

    private static Message noReply(int serial, String reason) {
        Message nobody = Message.call("", "", "", "", "", Body.empty());
        return new Message(nobody.type(), 0, serial, nobody.header(), nobody.body())
                .error(NO_REPLY, reason);
    }

    /** Whether it answers a call of ours, and comes from who was called. */
    private boolean isAnswer(Message message) {
        Pending call = pending.get(message.header().replySerial());
        return call != null && call.from.equals(message.header().sender());
    }

    private void answered(Message answer) {
        if (isAnswer(answer)) {
            Pending call = pending.remove(answer.header().replySerial());
            call.timer.cancel();
            call.answered.accept(answer);
        }
    }

    private void signalled(Message signal) {
        if (!signal.header().sender().equals(BUS) || !signal.header().interfaceName().equals(BUS)) {
            return;
        }
        try {
            Body body = new Body(signal);
            switch (signal.header().member()) {
                case "NameOwnerChanged" -> {
                    Consumer<String> watch = watches.get(body.text());
                    body.text(); // the old owner
                    if (watch != null) {
                        watch.accept(body.text());
                    }
                }
                case "NameAcquired" -> events.named(body.text(), true);
                case "NameLost" -> events.named(body.text(), false);
                default -> {}
            }
        } catch (MalformedException e) {
            close("a signal of the bus cannot be read");
        }
    }

    private final class SocketEvents implements BusSocket.Events {

        @Override
        public void message(Message message) {
            switch (message.type()) {
                case CALL -> events.called(message);
                case REPLY, ERROR -> answered(message);
                case SIGNAL -> signalled(message);
                case INVALID, UNKNOWN -> {}
            }
        }

        @Override
        public void tooLong(Message head, long bytes) {
            if (head.type() == Message.Type.CALL) {
                events.calledTooLong(head, bytes);
            } else if (isAnswer(head)) {
                failed(head.header().replySerial(), "the answer is too long");
            }
        }

        @Override
        public void dropped(long bytes) {
            events.dropped(bytes);
        }

        @Override
        public void drained() {
            events.drained();
        }

        @Override
        public void closed(String reason) {
            watches.clear();
            for (int serial : List.copyOf(pending.keySet())) {
                failed(serial, reason);
            }
            events.closed(reason);
        }
    }
}
