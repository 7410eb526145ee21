package io.armature.reporting.dbus.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.io.IOException;
import java.util.HexFormat;

/** A browser on the bus that is not Java. */
final class Browser implements AutoCloseable {

    static final String NAME = "org.chromium.ChromeReportingService";

    /** A batch that has arrived. */
    record Arrival(String serial, String sender, UploadEncryptedRecordRequest batch) {}

    private final BusClient client;

    Browser(PrivateBus bus) throws Exception {
        client = new BusClient(bus, "chronos");
    }

    /** Takes the name. */
    Browser named() throws Exception {
        client.say("own " + NAME);
        assertThat(client.next()).isEqualTo("owned 1");
        return this;
    }

    /** Gives the name back but stays. */
    void unnamed() throws Exception {
        client.say("release " + NAME);
        assertThat(client.next()).isEqualTo("owned 1");
    }

    /** From now on every batch is answered at once. */
    Browser answering(String hex) throws IOException {
        client.say("auto " + hex);
        return this;
    }

    Arrival arrived() throws Exception {
        String[] words = client.next().split(" ");
        assertThat(words[0]).isEqualTo("called");
        assertThat(words[3]).isEqualTo("UploadEncryptedRecord");
        byte[] batch = words[4].equals("-") ? new byte[0] : HexFormat.of().parseHex(words[4]);
        return new Arrival(words[1], words[2], UploadEncryptedRecordRequest.parseFrom(batch));
    }

    void answer(Arrival arrival, String hex) throws IOException {
        client.say("answer " + arrival.serial + " " + hex);
    }

    int unread() {
        return client.unread();
    }

    @Override
    public void close() {
        client.close();
    }
}
