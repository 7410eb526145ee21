package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.reporting.api.testing.MemoryReporting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls that wait hold up nobody. */
@Tag("server")
class WaitingTest {

    /** The policy's max_replies_per_connection. */
    private static final int MOST = 256;

    private static final byte[] KEY = new byte[2 + 34 + 66];

    static {
        KEY[0] = 0x0a; // signed_encryption_info
        KEY[1] = 100;
        KEY[2] = 0x0a; // public_asymmetric_key
        KEY[3] = 32;
        KEY[36] = 0x1a; // signature
        KEY[37] = 64;
    }

    private static List<MemoryReporting.Call> held(MemoryReporting spool, int count)
            throws InterruptedException {
        List<MemoryReporting.Call> calls = new ArrayList<>();
        while (calls.size() < count) {
            MemoryReporting.Call call =
                    spool.held().poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(call).as("call " + calls.size()).isNotNull();
            calls.add(call);
        }
        return calls;
    }

    private static void enqueue(BusClient client, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            client.call("r" + i, "EnqueueRecord", HEARTBEAT);
        }
    }

    @Test
    void callsThatWaitForAKeyBlockNeitherItsDeliveryNorAnybodyElse() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender");
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            fixture.spool.holding(true);
            enqueue(sender, MOST);
            List<MemoryReporting.Call> calls = held(fixture.spool, MOST);
            assertThat(status(chronos.ask("FlushPriority", new byte[0]))).isEqualTo("OK");
            assertThat(status(chronos.ask("UpdateEncryptionKey", KEY))).isEqualTo("OK");
            assertThat(status(chronos.ask("ConfirmRecordUpload", new byte[0]))).startsWith("3:");
            assertThat(sender.unread()).isZero();
            assertThat(fixture.spool.keys()).hasSize(1);
            calls.forEach(fixture.spool::store);
            Set<String> answers = new HashSet<>();
            for (int i = 0; i < MOST; i++) {
                answers.add(sender.next());
            }
            assertThat(answers).hasSize(MOST).allMatch(answer -> answer.endsWith(" ay 0a020800"));
        }
    }

    @Test
    void answersComeInWhateverOrderTheSpoolIsDone() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            fixture.spool.holding(true);
            enqueue(sender, 3);
            List<MemoryReporting.Call> calls = held(fixture.spool, 3);
            for (int i : new int[] {2, 0, 1}) {
                fixture.spool.store(calls.get(i));
                assertThat(sender.next()).isEqualTo("reply r" + i + " ay 0a020800");
            }
        }
    }

    @Test
    void busRefusesTheCallThatIsOneTooMany() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            fixture.spool.holding(true);
            enqueue(sender, MOST + 1);
            assertThat(sender.next())
                    .startsWith("error r" + MOST + " org.freedesktop.DBus.Error.LimitsExceeded ");
            held(fixture.spool, MOST).forEach(fixture.spool::store);
        }
    }

    @Test
    void whatIsUnderWayIsBoundedInNumber() throws Exception {
        Map<String, Object> limits = Map.of("calls", 5, "calls_of_one_sender", 3);
        try (BusFixture fixture = new BusFixture(PrivateBus.start(), limits).started();
                BusClient one = new BusClient(fixture.bus, "sender");
                BusClient other = new BusClient(fixture.bus, "secagentd");
                BusClient chronos = new BusClient(fixture.bus, "chronos")) {
            fixture.spool.holding(true);
            enqueue(one, 3);
            List<MemoryReporting.Call> calls = held(fixture.spool, 3);
            String exhausted = "8:Too many requests are under way; try again";
            assertThat(status(one.ask("EnqueueRecord", HEARTBEAT))).isEqualTo(exhausted);
            enqueue(other, 2);
            calls.addAll(held(fixture.spool, 2));
            assertThat(status(other.ask("EnqueueRecord", HEARTBEAT))).isEqualTo(exhausted);
            assertThat(status(chronos.ask("UpdateEncryptionKey", KEY))).isEqualTo("OK");
            fixture.spool.holding(false);
            calls.forEach(fixture.spool::store);
            for (int i = 0; i < 3; i++) {
                one.next();
            }
            assertThat(status(one.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
        }
    }

    @Test
    void whatIsUnderWayIsBoundedInBytes() throws Exception {
        Map<String, Object> limits = Map.of("call_bytes", 100_000L);
        byte[] large = large(60_000);
        try (BusFixture fixture = new BusFixture(PrivateBus.start(), limits).started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            fixture.spool.holding(true);
            sender.call("large", "EnqueueRecord", large);
            List<MemoryReporting.Call> calls = held(fixture.spool, 1);
            assertThat(status(sender.ask("EnqueueRecord", large))).startsWith("8:");
            sender.call("small", "EnqueueRecord", HEARTBEAT);
            calls.addAll(held(fixture.spool, 1));
            calls.forEach(fixture.spool::store);
            assertThat(sender.next()).isEqualTo("reply large ay 0a020800");
            assertThat(sender.next()).isEqualTo("reply small ay 0a020800");
        }
    }

    /** Request of EnqueueRecord with so many bytes of data, 16,384 to 2,097,151. */
    private static byte[] large(int size) {
        byte[] request = new byte[4 + 4 + size + 2 + 2];
        length(request, 0, 0x0a, 4 + size + 2);
        length(request, 4, 0x0a, size);
        request[8 + size] = 0x10;
        request[9 + size] = 13;
        request[10 + size] = 0x10;
        request[11 + size] = 3;
        return request;
    }

    private static void length(byte[] request, int at, int tag, int length) {
        request[at] = (byte) tag;
        request[at + 1] = (byte) (length & 0x7f | 0x80);
        request[at + 2] = (byte) (length >> 7 & 0x7f | 0x80);
        request[at + 3] = (byte) (length >> 14);
    }

    @Test
    void recordOfAMegabyteGoesThrough() throws Exception {
        try (BusFixture fixture = new BusFixture().started();
                BusClient sender = new BusClient(fixture.bus, "sender")) {
            assertThat(status(sender.ask("EnqueueRecord", large(1 << 20)))).isEqualTo("OK");
            assertThat(status(sender.ask("EnqueueRecord", large((1 << 20) + 1)))).startsWith("11:");
        }
    }
}
