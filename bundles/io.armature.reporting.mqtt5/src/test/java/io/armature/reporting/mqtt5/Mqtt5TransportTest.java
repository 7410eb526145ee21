package io.armature.reporting.mqtt5;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.Connection.Failure;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.api.testing.TransportContract;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Mqtt5TransportTest extends TransportContract {

    @Override
    protected Transport transport() {
        return new Mqtt5Transport();
    }

    @Test
    void receiveMaximumOfTheBrokerIsKept() throws Exception {
        broker("allow_anonymous true", "max_inflight_messages 3");
        End reader = open("reader", "a/b");
        assertThat(reader.next()).isEqualTo("opened");
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        assertThat(writer.limits.inFlight()).isEqualTo(3);
        int count = 2_000;
        BlockingQueue<String> outcomes =
                writer.publish("a/b", Collections.nCopies(count, "x").toArray(String[]::new));
        for (int i = 0; i < count; i++) {
            assertThat(outcomes.poll(60, TimeUnit.SECONDS)).isEqualTo("acknowledged");
        }
        assertThat(writer.heard).isEmpty();
    }

    @Test
    void largestPacketOfTheBrokerIsTold() throws Exception {
        broker("allow_anonymous true", "max_packet_size 4096");
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        assertThat(writer.limits.packetBytes()).isEqualTo(4096);
    }

    @Test
    void largestPacketIsStatedAndTheBrokerLeavesOutWhatIsLarger() throws Exception {
        Mosquitto broker = broker("allow_anonymous true");
        End reader = open("reader", "a");
        assertThat(reader.next()).isEqualTo("opened");
        publishOther(broker.port(), 2 << 20);
        publishOther(broker.port(), 5);
        assertThat(reader.next()).isEqualTo("a=xxxxx");
    }

    /** As a client of 3.1.1, to which the broker states nothing. */
    private static void publishOther(int port, int bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'w'});
            int length = 3 + bytes;
            out.write(0x30);
            out.write((length & 0x7f) | 0x80);
            out.write(((length >> 7) & 0x7f) | 0x80);
            out.write(((length >> 14) & 0x7f) | 0x80);
            out.write(length >> 21);
            out.write(new byte[] {0, 1, 'a'});
            out.write("x".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {(byte) 0xc0, 0});
            socket.getOutputStream().write(out.toByteArray());
            in.readNBytes(4);
            assertThat(in.readUnsignedByte()).as("the answer to the ping").isEqualTo(0xd0);
        }
    }

    /** Mosquitto says so with a code that MQTT 5 does not allow there, and Paho hangs up. */
    @Test
    void publicationThatTheBrokerDropsForItsSizeIsNotAcknowledged() throws Exception {
        Mosquitto broker = broker("allow_anonymous true", "message_size_limit 100");
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        BlockingQueue<String> outcomes = writer.publish("a", "x".repeat(101));
        assertThat(outcomes.poll(60, TimeUnit.SECONDS)).isIn("TOO_LARGE", "LOST");
        assertThat(broker.said("too large")).isTrue();
        assertThat(writer.heard).isSubsetOf("lost");
    }

    @Test
    void codesOfTheBrokerAreSentences() {
        assertThat(ReasonCode.isFailure(0x10)).isFalse();
        assertThat(ReasonCode.isFailure(32_202)).as("one of Paho's own").isFalse();
        assertThat(ReasonCode.failure(0x95)).isEqualTo(Failure.TOO_LARGE);
        assertThat(ReasonCode.failure(0x97)).isEqualTo(Failure.REFUSED);
        assertThat(ReasonCode.text(0x97)).isEqualTo("the broker says that a quota is used up");
        assertThat(ReasonCode.text(0xa2)).isEqualTo("the broker says no (0xa2)");
    }
}
