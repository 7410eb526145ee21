package io.armature.bench;

import io.armature.reporting.mqtt.BareBridge;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** The peer: Paho's client, one record a message, as many in flight as the bridge has. */
final class LonePaho implements AutoCloseable {

    private static final int AT_LEAST_ONCE = 1;

    private final MqttAsyncClient client;
    private final String topic;
    private final Semaphore window = new Semaphore(BareBridge.inFlight());
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final CompletableFuture<Void> confirmed = new CompletableFuture<>();

    /**
     * Connects and subscribes.
     *
     * @param lastId the id whose confirmation {@link #toConfirmation} waits for
     */
    LonePaho(UploadServer server, UploadServer.Device device, long lastId) throws IOException {
        String prefix = "armature/v1/" + device.id();
        topic = prefix + "/up";
        try {
            client =
                    new MqttAsyncClient(
                            server.broker().toString(), device.id(), new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName(device.id());
            options.setPassword(device.password().toCharArray());
            options.setMaxInflight(2 * BareBridge.inFlight());
            client.connect(options).waitForCompletion();
            client.subscribe(
                            prefix + "/down/confirm",
                            AT_LEAST_ONCE,
                            (from, message) -> {
                                ConfirmRecordUploadRequest confirmation =
                                        ConfirmRecordUploadRequest.parseFrom(message.getPayload());
                                if (confirmation.getSequenceInformation().getSequencingId()
                                        == lastId) {
                                    confirmed.complete(null);
                                }
                            })
                    .waitForCompletion();
        } catch (MqttException e) {
            throw new IOException(e);
        }
    }

    /** Publishes all messages; returns when the broker has acknowledged them. */
    Sample toAcknowledgement(List<byte[]> messages) throws IOException {
        long start = System.nanoTime();
        publish(messages);
        return new Sample(messages.size(), System.nanoTime() - start, new long[0]);
    }

    /** Publishes all messages; returns when the server has confirmed the last id. */
    Sample toConfirmation(List<byte[]> messages) throws IOException {
        long start = System.nanoTime();
        publish(messages);
        BenchSpool.answer(confirmed);
        return new Sample(messages.size(), System.nanoTime() - start, new long[0]);
    }

    private void publish(List<byte[]> messages) throws IOException {
        for (byte[] message : messages) {
            window.acquireUninterruptibly();
            try {
                client.publish(topic, message, AT_LEAST_ONCE, false, null, new Acknowledgement());
            } catch (MqttException e) {
                throw new IOException(e);
            }
        }
        window.acquireUninterruptibly(BareBridge.inFlight());
        window.release(BareBridge.inFlight());
        if (failed.isDone()) {
            BenchSpool.answer(failed);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            client.disconnect(0).waitForCompletion();
            client.close();
        } catch (MqttException e) {
            throw new IOException(e);
        }
    }

    private final class Acknowledgement implements IMqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            window.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            failed.completeExceptionally(cause);
            window.release();
        }
    }
}
