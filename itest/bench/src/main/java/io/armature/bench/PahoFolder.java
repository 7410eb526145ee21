package io.armature.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.client.mqttv3.MqttPersistenceException;
import org.eclipse.paho.client.mqttv3.internal.MqttPersistentData;
import org.eclipse.paho.client.mqttv3.persist.MqttDefaultFilePersistence;

/**
 * What Paho's MQTT client keeps messages in: a file each, which is forced, but not its name in the
 * directory.
 */
final class PahoFolder implements Contender {

    private final AtomicLong next = new AtomicLong();
    private MqttDefaultFilePersistence files;

    @Override
    public String name() {
        return "Paho file persistence (name not forced)";
    }

    @Override
    public void open(Path folder) throws IOException {
        try {
            files = new MqttDefaultFilePersistence(folder.toString());
            files.open("bench", "tcp://127.0.0.1:1883");
        } catch (MqttPersistenceException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void append(byte[] record) throws IOException {
        String key = "s-" + next.getAndIncrement();
        try {
            files.put(
                    key, new MqttPersistentData(key, new byte[2], 0, 2, record, 0, record.length));
        } catch (MqttPersistenceException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            files.close();
        } catch (MqttPersistenceException e) {
            throw new IOException(e);
        }
    }
}
