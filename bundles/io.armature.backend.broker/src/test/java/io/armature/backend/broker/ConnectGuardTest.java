package io.armature.backend.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the guard makes of a client that has gone before its CONNACK. */
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

    private static MqttMessage accepted() {
        return MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .build();
    }
}
