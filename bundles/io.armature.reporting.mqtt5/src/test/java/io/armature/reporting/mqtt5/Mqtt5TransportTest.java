package io.armature.reporting.mqtt5;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.Connection.Failure;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.api.testing.TransportContract;
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
