package io.armature.backend.storage.postgresql;

import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * A device that goes on sending what is not confirmed, lowest ids first: like the bridge after a
 * wait that doubles until something is confirmed.
 */
final class SendingDevice implements Runnable {

    private static final int BATCH = 20;
    private static final int BATCHES_IN_FLIGHT = 4;
    private static final long SHORTEST_WAIT_MILLIS = 1_000;
    private static final long LONGEST_WAIT_MILLIS = 8_000;
    private static final long LIMIT_SECONDS = 120;

    private final FakeDevice device;
    private final String url;
    private final AtomicLong confirmed = new AtomicLong(-1);
    private final Deque<EncryptedRecord> kept = new ArrayDeque<>();
    private final Object change;
    private volatile boolean enough;
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();

    /**
     * @param change notified of every confirmation
     */
    SendingDevice(String id, SignedEncryptionInfo key, String url, Object change) {
        this.change = change;
        this.device = new FakeDevice(id, key);
        this.url = url;
    }

    /** Makes no new records from now on, and ends when all are confirmed. */
    void enough() {
        enough = true;
    }

    String id() {
        return device.id;
    }

    long confirmed() {
        return confirmed.get();
    }

    /** Records that it made. */
    long made() {
        return made.get();
    }

    /** Records that it sent, again and again ones too. */
    long sent() {
        return sent.get();
    }

    @Override
    public void run() {
        try {
            MqttAsyncClient client = new MqttAsyncClient(url, device.id, new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMaxInflight(1000);
            client.connect(options).waitForCompletion(20_000);
            client.subscribe(
                            "armature/v1/" + device.id + "/down/confirm",
                            1,
                            (topic, message) -> confirm(message.getPayload()))
                    .waitForCompletion(20_000);
            send(client);
            client.disconnect(0).waitForCompletion(20_000);
            client.close();
        } catch (Exception e) {
            throw new AssertionError("device " + device.id, e);
        }
    }

    private void send(MqttAsyncClient client) throws Exception {
        long first = 0; // id of the first one kept
        long wait = SHORTEST_WAIT_MILLIS;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!(enough && confirmed.get() == made.get() - 1)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(confirmed + " of " + made + " confirmed in time");
            }
            while (first <= confirmed.get()) {
                kept.remove();
                first++;
            }
            while (!enough && kept.size() < BATCH * BATCHES_IN_FLIGHT) {
                kept.add(device.next("record " + made.getAndIncrement()));
            }
            List<EncryptedRecord> all = new ArrayList<>(kept);
            for (int from = 0; from < all.size(); from += BATCH) {
                List<EncryptedRecord> batch = all.subList(from, Math.min(all.size(), from + BATCH));
                client.publish(device.topic(), FakeDevice.batch(batch), 1, false);
            }
            sent.addAndGet(all.size());
            awaitConfirmation(first + all.size() - 1, wait);
            boolean progress = confirmed.get() >= first;
            wait = progress ? SHORTEST_WAIT_MILLIS : Math.min(2 * wait, LONGEST_WAIT_MILLIS);
        }
    }

    private void awaitConfirmation(long last, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (change) {
            long left = millis;
            while (confirmed.get() < last && left > 0) {
                change.wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
        }
    }

    private void confirm(byte[] message) throws Exception {
        long id =
                ConfirmRecordUploadRequest.parseFrom(message)
                        .getSequenceInformation()
                        .getSequencingId();
        if (id >= made.get()) {
            throw new AssertionError("confirmed what was never sent: " + id);
        }
        confirmed.accumulateAndGet(id, Math::max);
        synchronized (change) {
            change.notifyAll();
        }
    }
}
