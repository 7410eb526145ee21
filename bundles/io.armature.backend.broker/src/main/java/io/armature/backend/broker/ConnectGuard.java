package io.armature.backend.broker;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in a connection between decoder and Moquette and closes what Moquette would let through:
 * it asks no access list for last wills and retained messages, leaves a refused publish without an
 * answer (the client waits for ever), and takes packets before a CONNECT. It also keeps from
 * Moquette that a CONNACK could not be sent, see {@link #write}.
 */
final class ConnectGuard extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectGuard.class);

    /** As the client says; Moquette checks it before it handles what follows. */
    private String user;

    private boolean connected;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!context.channel().isActive()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof MqttMessage packet && isAllowed(context, packet)) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
            context.close();
        }
    }

    /**
     * A client that has gone before its CONNACK makes Moquette 0.17 tidy up on Netty's thread what
     * belongs to the session's own: it fails (issue 821 of Moquette), the session stays, and while
     * another CONNECT of that client is under way, each can undo what the other does; an error
     * there ends the session's loop. So the CONNACK counts as sent, and the connection as lost
     * afterwards, which Moquette handles on the right thread.
     */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof MqttConnAckMessage)) {
            context.write(message, promise);
            return;
        }
        boolean lost = !context.channel().isActive();
        context.write(message)
                .addListener(
                        sent -> {
                            promise.trySuccess();
                            if (lost) {
                                // Netty has said so before there was a session.
                                context.fireChannelInactive();
                            }
                        });
    }

    private boolean isAllowed(ChannelHandlerContext context, MqttMessage packet) {
        if (packet.decoderResult().isFailure() || packet.fixedHeader() == null) {
            LOG.debug("connection closed, packet malformed or too long user={}", user);
            return false;
        }
        if (packet instanceof MqttConnectMessage connect) {
            return !connected && isAllowedToConnect(context, connect);
        }
        if (packet instanceof MqttPublishMessage publish) {
            String topic = publish.variableHeader().topicName();
            boolean allowed =
                    AccessList.mayPublish(user, topic)
                            && (!packet.fixedHeader().isRetain()
                                    || AccessList.mayLeave(user, topic));
            if (!allowed) {
                LOG.debug("connection closed, publish refused user={}", user);
            }
            return connected && allowed;
        }
        return connected;
    }

    private boolean isAllowedToConnect(ChannelHandlerContext context, MqttConnectMessage connect) {
        connected = true;
        user = connect.payload().userName();
        if (connect.variableHeader().isWillFlag()
                && !AccessList.mayLeave(user, connect.payload().willTopic())) {
            LOG.debug("connection refused, foreign last will user={}", user);
            context.writeAndFlush(
                            MqttMessageBuilders.connAck()
                                    .returnCode(
                                            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED)
                                    .build())
                    .addListener(ChannelFutureListener.CLOSE);
            return false;
        }
        return true;
    }
}
