package io.armature.backend.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the guard keeps from Moquette: clients that are gone, and packets before their time. */
class ConnectGuardTest {

    private final List<String> events = new ArrayList<>();

    /** A connection to a client that has reset it. */
    private final EmbeddedChannel reset =
            new EmbeddedChannel(
                    new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void write(
                                ChannelHandlerContext context,
                                Object message,
                                ChannelPromise promise) {
                            promise.setFailure(new IOException("Connection reset by peer"));
                        }
                    },
                    new ConnectGuard(),
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelInactive(ChannelHandlerContext context) {
                            events.add("lost");
                        }
                    });

    private ChannelFuture written(MqttMessage packet) {
        return reset.writeOneOutbound(packet)
                .addListener(end -> events.add(end.isSuccess() ? "sent" : "failed"));
    }

    @Test
    void aConnackThatCannotBeSentCountsAsSentAndTheConnectionIsLostAfterwards() {
        assertThat(written(accepted()).isSuccess()).isTrue();
        reset.close();
        reset.runPendingTasks();
        assertThat(events).containsExactly("sent", "lost");
    }

    @Test
    void whatElseCannotBeSentFails() {
        assertThat(written(MqttMessage.PINGRESP).isSuccess()).isFalse();
        assertThat(events).containsExactly("failed");
    }

    @Test
    void whatComesEarlyWaitsInItsOrderUntilTheClientCountsAsConnected() {
        EmbeddedChannel channel = new EmbeddedChannel(new ConnectGuard());
        channel.writeInbound(connect(), subscribe(1), subscribe(2));
        assertThat(channel.<MqttMessage>readInbound()).isInstanceOf(MqttConnectMessage.class);
        assertThat(channel.<MqttMessage>readInbound()).isNull();
        assertThat(channel.config().isAutoRead()).isFalse();

        channel.attr(AttributeKey.valueOf("keepAlive")).set(60);
        channel.writeInbound(subscribe(3));
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        for (int id = 1; id <= 3; id++) {
            MqttSubscribeMessage passed = channel.readInbound();
            assertThat(passed.variableHeader().messageId()).isEqualTo(id);
        }
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.writeInbound(subscribe(4));
        assertThat(channel.<MqttMessage>readInbound()).isNotNull();
        channel.finishAndReleaseAll();
    }

    private static MqttMessage connect() {
        return MqttMessageBuilders.connect()
                .clientId("d1")
                .username("d1")
                .password("x".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static MqttMessage subscribe(int id) {
        return MqttMessageBuilders.subscribe()
                .addSubscription(MqttQoS.AT_LEAST_ONCE, "armature/v1/d1/down/#")
                .messageId(id)
                .build();
    }

    private static MqttMessage accepted() {
        return MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .build();
    }
}
