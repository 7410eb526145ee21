package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Somebody else at the broker: sees what device {@code d1} publishes, publishes as the server. */
final class Subscriber implements AutoCloseable {

    private static final long WAIT_MILLIS = 60_000;
    private static final Topics TOPICS = Topics.of("d1");

    /** Payloads of {@code up}. */
    final BlockingQueue<byte[]> up = new LinkedBlockingQueue<>();

    /** Payloads of {@code status} behind "true" if retained, else "false". */
    final BlockingQueue<String> status = new LinkedBlockingQueue<>();

    private final MqttAsyncClient client;

    Subscriber(String uri, String user, String password) throws MqttException {
        this(uri, user, password, null);
    }

    /**
     * @param sockets null for plain ones
     */
    Subscriber(String uri, String user, String password, SocketFactory sockets)
            throws MqttException {
        client = new MqttAsyncClient(uri, "server-" + System.nanoTime(), new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(user);
        options.setPassword(password.toCharArray());
        options.setMaxInflight(1000);
        if (sockets != null) {
            options.setSocketFactory(sockets);
        }
        client.connect(options).waitForCompletion(WAIT_MILLIS);
        client.subscribe(TOPICS.up(), 1, (topic, message) -> up.add(message.getPayload()))
                .waitForCompletion(WAIT_MILLIS);
        client.subscribe(
                        TOPICS.status(),
                        1,
                        (topic, message) ->
                                status.add(
                                        message.isRetained()
                                                + new String(
                                                        message.getPayload(),
                                                        StandardCharsets.UTF_8)))
                .waitForCompletion(WAIT_MILLIS);
    }

    /** Ids of the next records, at least so many. */
    List<Long> ids(int count) throws Exception {
        List<Long> ids = new ArrayList<>();
        while (ids.size() < count) {
            byte[] payload = up.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(payload).as("%d records, so far %s", count, ids).isNotNull();
            for (EncryptedRecord one :
                    UploadEnvelope.parseFrom(payload).getRequest().getEncryptedRecordList()) {
                ids.add(one.getSequenceInformation().getSequencingId());
            }
        }
        return ids;
    }

    void publish(String topic, byte[] payload) throws MqttException {
        client.publish(topic, payload, 1, false).waitForCompletion(WAIT_MILLIS);
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect(0).waitForCompletion(WAIT_MILLIS);
        }
        client.close(true);
    }
}
