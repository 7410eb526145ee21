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
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in a connection between decoder and Moquette and closes what Moquette would let through:
 * it asks no access list for last wills and retained messages, leaves a refused publish without an
 * answer (the client waits for ever), and takes packets before a CONNECT. It also keeps from
 * Moquette that a CONNACK could not be sent, see {@link #write}, and what follows a CONNECT until
 * Moquette counts the client as connected, see {@link #passOn}.
 */
final class ConnectGuard extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectGuard.class);

    /** Moquette sets it where it counts a client as connected. */
    private static final AttributeKey<Object> ACCEPTED = AttributeKey.valueOf("keepAlive");

    private static final long LOOK_AGAIN_MS = 1;

    /** Packets that came before that. */
    private final Queue<Object> early = new ArrayDeque<>();

    /** As the client says; Moquette checks it before it handles what follows. */
    private String user;

    private boolean connected;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!context.channel().isActive()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof MqttMessage packet && isAllowed(context, packet)) {
            if (packet instanceof MqttConnectMessage || early.isEmpty() && isAccepted(context)) {
                context.fireChannelRead(message);
            } else {
                keep(context, message);
            }
        } else {
            ReferenceCountUtil.release(message);
            context.close();
        }
    }

    private static boolean isAccepted(ChannelHandlerContext context) {
        return context.channel().hasAttr(ACCEPTED);
    }

    private void keep(ChannelHandlerContext context, Object message) {
        early.add(message);
        if (early.size() == 1) {
            context.channel().config().setAutoRead(false); // no more than what was read already
            passOn(context);
        }
    }

    /**
     * Moquette 0.17 counts a client as connected some time after its CONNACK was sent, and drops
     * one whose SUBSCRIBE comes before: one that does not wait for the CONNACK, as it may (MQTT
     * 3.1.1, 3.1.4), and on a busy machine one that does. So packets wait here for that.
     */
    private void passOn(ChannelHandlerContext context) {
        if (early.isEmpty()) {
            return; // the connection has gone
        }
        if (!isAccepted(context)) {
            context.executor()
                    .schedule(() -> passOn(context), LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
            return;
        }
        while (!early.isEmpty()) {
            context.fireChannelRead(early.poll());
        }
        context.fireChannelReadComplete();
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        while (!early.isEmpty()) {
            ReferenceCountUtil.release(early.poll());
        }
        context.fireChannelInactive();
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
