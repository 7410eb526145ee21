package io.armature.backend.broker;

import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptConnectionLostMessage;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.moquette.interception.messages.InterceptExceptionMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.netty.buffer.ByteBufUtil;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Retains last wills: Moquette delivers them but does not keep them. All calls come from Moquette's
 * one interceptor thread, in the order of the events.
 */
final class StatusKeeper extends AbstractInterceptHandler {

    /** Where retained messages go. */
    @FunctionalInterface
    interface Retained {
        void publish(String topic, byte[] payload);
    }

    private record Will(String topic, byte[] payload) {}

    private final Retained retained;
    private final Map<String, Will> wills = new HashMap<>();
    private final Set<String> lost = new HashSet<>();

    private final Consumer<Throwable> onBroken;

    /**
     * @param onBroken told when one of Moquette's session loops has died: the broker must be
     *     started anew
     */
    StatusKeeper(Retained retained, Consumer<Throwable> onBroken) {
        this.retained = retained;
        this.onBroken = onBroken;
    }

    @Override
    public String getID() {
        return "status-keeper";
    }

    @Override
    public Class<?>[] getInterceptedMessageTypes() {
        return new Class<?>[] {
            InterceptConnectMessage.class,
            InterceptDisconnectMessage.class,
            InterceptConnectionLostMessage.class,
            InterceptPublishMessage.class,
            InterceptExceptionMessage.class
        };
    }

    @Override
    public void onConnect(InterceptConnectMessage connect) {
        if (connect.isWillFlag() && connect.isWillRetain()) {
            wills.put(
                    connect.getClientID(),
                    new Will(connect.getWillTopic(), connect.getWillMessage()));
        } else {
            wills.remove(connect.getClientID());
        }
    }

    @Override
    public void onDisconnect(InterceptDisconnectMessage disconnect) {
        wills.remove(disconnect.getClientID());
    }

    @Override
    public void onConnectionLost(InterceptConnectionLostMessage loss) {
        Will will = wills.remove(loss.getClientID());
        if (will != null) {
            lost.add(will.topic());
            retained.publish(will.topic(), will.payload());
        }
    }

    /** The first status after a loss may have been overtaken by the will: it is kept again. */
    @Override
    public void onPublish(InterceptPublishMessage publish) {
        try {
            if (publish.isRetainFlag() && lost.remove(publish.getTopicName())) {
                retained.publish(
                        publish.getTopicName(), ByteBufUtil.getBytes(publish.getPayload()));
            }
        } finally {
            publish.getPayload().release();
        }
    }

    @Override
    public void onSessionLoopError(Throwable error) {
        onBroken.accept(error);
    }
}
