package io.armature.backend.broker;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.DeviceAccountsContract;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** With the real broker, asked with the CONNECT packet alone. */
class BrokerAccountsTest extends DeviceAccountsContract {

    private static final int CONNACK_BYTES = 4;

    @TempDir private Path root;
    private BrokerFixture fixture;
    private DeviceAccounts accounts;

    @BeforeEach
    void start() throws Exception {
        fixture = new BrokerFixture(root);
        accounts = fixture.accounts();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Override
    protected DeviceAccounts accounts() {
        return accounts;
    }

    @Override
    protected void failing(boolean value) {
        fixture.files.failing(value);
    }

    @Override
    protected boolean opens(String user, String password) throws IOException {
        try (Socket socket = new Socket(accounts.url().getHost(), accounts.url().getPort())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            int length = 10 + 3 * 2 + 2 * bytes(user).length + bytes(password).length;
            out.writeByte(0x10); // CONNECT
            for (int rest = length; ; rest >>= 7) {
                out.writeByte(rest > 127 ? rest & 127 | 128 : rest);
                if (rest <= 127) {
                    break;
                }
            }
            out.writeUTF("MQTT");
            out.writeByte(4); // version 3.1.1
            out.writeByte(0xC2); // user, password, clean session
            out.writeShort(60);
            out.writeUTF(user); // as client id
            out.writeUTF(user);
            out.writeUTF(password);
            out.flush();
            byte[] answer = new DataInputStream(socket.getInputStream()).readNBytes(CONNACK_BYTES);
            return answer.length == CONNACK_BYTES && answer[3] == 0;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
