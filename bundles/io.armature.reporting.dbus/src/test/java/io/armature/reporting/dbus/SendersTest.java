package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.Header;
import io.armature.dbus.wire.Message;
import io.armature.dbus.wire.testing.BusClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The cache of users, against a bus that answers when the test says so. */
class SendersTest {

    /** What the cache asks of the bus. */
    private static final class Bus implements Senders.Directory {

        final Map<String, Consumer<String>> watches = new HashMap<>();
        final Map<String, Consumer<Message>> questions = new HashMap<>();
        final List<String> asked = new ArrayList<>();

        @Override
        public void watch(String name, Consumer<String> changed) {
            watches.put(name, changed);
        }

        @Override
        public void unwatch(String name) {
            watches.remove(name);
        }

        @Override
        public void userOf(String name, Consumer<Message> answered) {
            asked.add(name);
            questions.put(name, answered);
        }

        void answer(String name, int uid) {
            ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, uid);
            questions.remove(name).accept(call().reply("u", body));
        }

        void refuse(String name) {
            questions.remove(name).accept(call().error("org.freedesktop.DBus.Error.Failed", "no"));
        }

        void vanish(String name) {
            watches.get(name).accept("");
        }

        private static Message call() {
            return new Message(
                    Message.Type.CALL,
                    0,
                    1,
                    new Header("", "", "", "", 0, "", "", "", 0),
                    Body.empty());
        }
    }

    private final Bus bus = new Bus();
    private final Senders senders = new Senders(bus);
    private final List<String> verdicts = new ArrayList<>();

    private Senders.Verdict verdict(String label) {
        return new Senders.Verdict() {
            @Override
            public void known(long uid) {
                verdicts.add(label + " " + uid);
            }

            @Override
            public void failed() {
                verdicts.add(label + " failed");
            }

            @Override
            public void gone() {
                verdicts.add(label + " gone");
            }
        };
    }

    @Test
    void oneQuestionServesAllOfOneSenderInTheirOrder() {
        senders.ask(":1.1", verdict("a"));
        senders.ask(":1.1", verdict("b"));
        senders.ask(":1.2", verdict("other"));
        senders.ask(":1.1", verdict("c"));
        assertThat(bus.asked).containsExactly(":1.1", ":1.2");
        bus.answer(":1.2", 7);
        bus.answer(":1.1", 5);
        senders.ask(":1.1", verdict("d"));
        assertThat(verdicts).containsExactly("other 7", "a 5", "b 5", "c 5", "d 5");
        assertThat(bus.asked).hasSize(2);
    }

    @Test
    void failureIsToldToAllWhoWaitAndNotKept() {
        senders.ask(":1.1", verdict("a"));
        senders.ask(":1.1", verdict("b"));
        bus.refuse(":1.1");
        assertThat(verdicts).containsExactly("a failed", "b failed");
        assertThat(senders.size()).isZero();
        assertThat(bus.watches).isEmpty();
        senders.ask(":1.1", verdict("c"));
        bus.answer(":1.1", 5);
        assertThat(verdicts).endsWith("c 5");
    }

    @Test
    void entryAndWhoWaitsGoWithTheSender() {
        senders.ask(":1.1", verdict("a"));
        bus.answer(":1.1", 5);
        bus.vanish(":1.1");
        assertThat(senders.size()).isZero();
        senders.ask(":1.1", verdict("b"));
        assertThat(bus.asked).hasSize(2);
        Consumer<Message> late = bus.questions.get(":1.1");
        bus.vanish(":1.1");
        assertThat(verdicts).containsExactly("a 5", "b gone");
        late.accept(Bus.call().reply("u", Body.of("x")));
        assertThat(verdicts).hasSize(2);
        assertThat(senders.size()).isZero();
    }

    @Test
    void newOwnerOfTheNameChangesNothing() {
        senders.ask(":1.1", verdict("a"));
        bus.watches.get(":1.1").accept(":1.1");
        bus.answer(":1.1", 5);
        assertThat(verdicts).containsExactly("a 5");
    }

    @Test
    void userAboveTwoBillionIsNotNegative() {
        senders.ask(":1.1", verdict("a"));
        bus.answer(":1.1", -2);
        assertThat(verdicts).containsExactly("a 4294967294");
    }

    @Test
    void cacheIsBounded() {
        for (int i = 0; i < 3 * Senders.KEPT; i++) {
            senders.ask(":1." + i, verdict("x"));
            bus.answer(":1." + i, i);
        }
        assertThat(senders.size()).isEqualTo(Senders.KEPT);
        assertThat(bus.watches).hasSize(Senders.KEPT);
    }

    @Test
    void whoWaitsWhenTheBusIsLostIsDropped() {
        senders.ask(":1.1", verdict("a"));
        senders.close();
        assertThat(verdicts).containsExactly("a gone");
        assertThat(senders.size()).isZero();
    }

    @Test
    void aNewConnectionIsAskedForAnew() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient observer = new BusClient(fixture.bus, "sender")) {
            String name;
            try (BusClient agent = new BusClient(fixture.bus, "secagentd")) {
                for (int i = 0; i < 20; i++) {
                    agent.call("r" + i, "EnqueueRecord", PROCESS);
                }
                for (int i = 0; i < 20; i++) {
                    assertThat(agent.next()).isEqualTo("reply r" + i + " ay 0a020800");
                }
                assertThat(fixture.identities()).isEqualTo(1);
                agent.say("name");
                name = agent.next().replace("name ", "");
                observer.say("watch " + name);
                assertThat(observer.next()).isEqualTo("there " + name + " yes");
            }
            assertThat(observer.next()).isEqualTo("there " + name + " no");
            // The bus has told the adapter, too, before it tells of a call that comes now.
            assertThat(observer.ask("EnqueueRecord", HEARTBEAT)).isEqualTo("0a020800");
            assertThat(fixture.identities()).isZero();
            try (BusClient agent = new BusClient(fixture.bus, "secagentd")) {
                assertThat(agent.ask("EnqueueRecord", PROCESS)).isEqualTo("0a020800");
                assertThat(fixture.identities()).isEqualTo(1);
            }
        }
    }
}
