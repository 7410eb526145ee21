package io.armature.backend.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.PlainFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may and may not do, against the broker itself. */
class BrokerServerTest {

    private static final Queue<Throwable> BROKEN = new ConcurrentLinkedQueue<>();
    private static final int LIMIT = 1 << 20;

    @TempDir static Path folder;
    private static AccountFile accounts;
    private static BrokerServer broker;
    private static String d1;
    private static String d2;

    @BeforeAll
    static void start() throws IOException {
        accounts = new AccountFile(folder, new PlainFiles(), new SecureRandom()::nextBytes);
        d1 = accounts.enroll("d1");
        d2 = accounts.enroll("d2");
        broker =
                BrokerServer.start(
                        new BrokerSettings("127.0.0.1", 0, LIMIT, 1024), 0, accounts, BROKEN::add);
    }

    @AfterAll
    static void stop() {
        broker.close();
        assertThat(BROKEN).as("what killed a session loop of Moquette").isEmpty();
    }

    private static Guest device() throws MqttException {
        return new Guest(broker.port(), "d1", "d1", d1);
    }

    private static Guest server() throws MqttException {
        return new Guest(broker.port(), "server", "server", accounts.serverPassword()).connect();
    }

    @Test
    void deviceAndServerReachEachOther() throws Exception {
        try (Guest device = device().connect();
                Guest server = server()) {
            assertThat(server.subscribe("armature/v1/+/up")).isEqualTo(1);
            assertThat(server.subscribe("armature/v1/+/status")).isEqualTo(1);
            assertThat(device.subscribe("armature/v1/d1/down/#")).isEqualTo(1);
            device.publish("armature/v1/d1/up", "record", false);
            assertThat(server.nextOn("armature/v1/d1/up")).isEqualTo("armature/v1/d1/up=record");
            server.publish("armature/v1/d1/down/confirm", "id", false);
            assertThat(device.next()).isEqualTo("armature/v1/d1/down/confirm=id");
        }
    }

    @Test
    void wrongCredentialsAreRefused() throws Exception {
        String[][] refused = {
            {"d1", "d1", d1 + "x"},
            {"d1", "d1", d2},
            {"d1", "d1", ""},
            {"d1", "d1", null},
            {"d1", null, null},
            {"d2", "d1", d1},
            {"other", "d1", d1},
            {"d3", "d3", d1},
            {"server", "server", d1},
            {"d1", "server", accounts.serverPassword()},
        };
        List<Guest> guests = new ArrayList<>();
        for (String[] who : refused) {
            guests.add(new Guest(broker.port(), who[0], who[1], who[2]).connecting());
        }
        for (int i = 0; i < refused.length; i++) {
            try (Guest guest = guests.get(i)) {
                assertThatThrownBy(guest::connected)
                        .as("client %s user %s", refused[i][0], refused[i][1])
                        .isInstanceOf(MqttException.class);
            }
        }
    }

    @Test
    void deviceSubscribesToNothingElse() throws Exception {
        List<String> filters =
                List.of(
                        "#",
                        "armature/v1/+/down/#",
                        "armature/v1/d2/down/#",
                        "armature/v1/+/up",
                        "armature/v1/d1/#");
        try (Guest device = device().connect()) {
            for (String filter : filters) {
                assertThat(device.subscribe(filter)).as(filter).isEqualTo(128);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "armature/v1/d2/down/confirm",
                "armature/v1/d1/down/confirm",
                "armature/v1/d2/up",
                "armature/v1/d2/status"
            })
    void refusedPublishReachesNobodyAndClosesTheConnection(String topic) throws Exception {
        try (Guest device = device().connect();
                Guest other = new Guest(broker.port(), "d2", "d2", d2).connect();
                Guest server = server()) {
            other.subscribe("armature/v1/d2/down/#");
            server.subscribe("armature/v1/+/up");
            device.publishUnwatched(topic, new byte[] {'x'});
            assertThat(device.awaitLoss()).isTrue();
            server.publish("armature/v1/d2/down/key", "last", false);
            assertThat(other.next()).isEqualTo("armature/v1/d2/down/key=last");
            other.publish("armature/v1/d2/up", "last", false);
            assertThat(server.next()).isEqualTo("armature/v1/d2/up=last");
        }
    }

    @Test
    void lastWillToAForeignTopicIsRefused() throws Exception {
        try (Guest device = device().withWill("armature/v1/d2/down/confirm", "evil")) {
            assertThatThrownBy(device::connect).isInstanceOf(MqttSecurityException.class);
        }
    }

    @Test
    void onlyStatusMayBeRetained() throws Exception {
        try (Guest device = device().connect()) {
            assertThatThrownBy(() -> device.publish("armature/v1/d1/up", "x", true))
                    .isInstanceOf(MqttException.class);
            assertThat(device.awaitLoss()).isTrue();
        }
    }

    @Test
    void lastWillIsDeliveredAndRetainedAndStatusReplacesIt() throws Exception {
        String topic = "armature/v1/d1/status";
        try (Guest server = server();
                Guest device = device().withWill(topic, "offline").connect()) {
            device.publish(topic, "online", true);
            server.subscribe("armature/v1/+/status");
            assertThat(server.nextOn(topic)).isEqualTo(topic + "=online");
            device.vanish();
            // Once as the will, once when it is kept.
            assertThat(server.next()).isEqualTo(topic + "=offline");
            assertThat(server.next()).isEqualTo(topic + "=offline");
        }
        try (Guest later = server()) {
            later.subscribe("armature/v1/+/status");
            assertThat(later.next()).isEqualTo(topic + "=offline");
            try (Guest device = device().connect()) {
                device.publish(topic, "online again", true);
                assertThat(later.next()).isEqualTo(topic + "=online again");
            }
        }
    }

    @Test
    void oversizedAndMalformedPacketsCloseOnlyTheirConnection() throws Exception {
        try (Guest device = device().connect()) {
            device.publishUnwatched("armature/v1/d1/up", new byte[LIMIT + 1]);
            assertThat(device.awaitLoss()).isTrue();
        }
        byte[][] rubbish = {
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            {0x32, 0x05, 0, 1, 'a', 0, 1}, // PUBLISH before CONNECT
            {0x40, 0x02, 0, 1}, // PUBACK before CONNECT
            {(byte) 0xE0, 0x00}, // DISCONNECT before CONNECT
        };
        for (byte[] bytes : rubbish) {
            try (Socket socket = new Socket("127.0.0.1", broker.port())) {
                socket.setSoTimeout((int) Guest.WAIT_MS);
                socket.getOutputStream().write(bytes);
                assertThat(closedByPeer(socket)).isTrue();
            }
        }
        deviceAndServerReachEachOther();
    }

    /** As MQTT 3.1.1 section 3.1.4 allows: a client need not wait for its CONNACK. */
    @Test
    void whatComesWithTheConnectIsTakenAfterIt() throws Exception {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        packets.writeBytes(connect("d2", d2));
        packets.writeBytes(
                packet(0x82, bytes(0, 7), text("armature/v1/d2/down/#"), bytes(1))); // SUBSCRIBE
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout((int) Guest.WAIT_MS);
            socket.getOutputStream().write(packets.toByteArray());
            assertThat(socket.getInputStream().readNBytes(9))
                    .as("CONNACK, SUBACK")
                    .isEqualTo(bytes(0x20, 2, 0, 0, 0x90, 3, 0, 7, 1));
            socket.getOutputStream().write(bytes(0xE0, 0)); // DISCONNECT
            assertThat(closedByPeer(socket)).isTrue();
        }
    }

    private static byte[] connect(String device, String password) {
        return packet(
                0x10,
                text("MQTT"),
                bytes(4, 0xC2, 0, 60), // name, password, clean session; a minute
                text(device),
                text(device),
                text(password));
    }

    private static byte[] packet(int type, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        int length = content.size();
        for (; length > 127; length >>= 7) {
            packet.write(length & 127 | 128);
        }
        packet.write(length);
        packet.writeBytes(content.toByteArray());
        return packet.toByteArray();
    }

    private static byte[] text(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + content.length)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    private static byte[] bytes(int... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int value : values) {
            bytes.write(value);
        }
        return bytes.toByteArray();
    }

    private static boolean closedByPeer(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Test
    void newPasswordWorksAtOnce() throws Exception {
        String password = accounts.enroll("d4");
        new Guest(broker.port(), "d4", "d4", password).connect().close();
    }
}
