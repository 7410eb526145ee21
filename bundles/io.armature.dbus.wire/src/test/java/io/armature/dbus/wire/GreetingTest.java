package io.armature.dbus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a bus says first, and where it listens. */
class GreetingTest {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void messagesFollowTheOk() throws Exception {
        ByteBuffer in = bytes("DATA\r\nOK 1234deadbeef\r\nl...");
        assertThat(new Greeting().accepted(in)).isTrue();
        assertThat(in.remaining()).isEqualTo(4);
    }

    @Test
    void wordsMayComeByteByByte() throws Exception {
        Greeting greeting = new Greeting();
        for (byte one : "DATA\r\nOK 12\r".getBytes(StandardCharsets.US_ASCII)) {
            assertThat(greeting.accepted(ByteBuffer.wrap(new byte[] {one}))).isFalse();
        }
        assertThat(greeting.accepted(bytes("\n"))).isTrue();
    }

    @Test
    void refusalsAndStrangersAreTold() {
        assertThatThrownBy(() -> new Greeting().accepted(bytes("REJECTED DBUS_COOKIE_SHA1\r\n")))
                .hasMessageContaining("EXTERNAL");
        assertThatThrownBy(() -> new Greeting().accepted(bytes("220 mail ready\r\n")))
                .hasMessageContaining("does not greet");
        assertThatThrownBy(() -> new Greeting().accepted(bytes("x".repeat(1000))))
                .hasMessageContaining("at length");
    }

    @Test
    void addressesArePathsOfSockets() {
        assertThat(BusAddress.parse(" unix:path=/run/bus,guid=12 ").path()).hasToString("/run/bus");
        assertThat(BusAddress.parse("unix:path=/a%20b%2fc").path()).hasToString("/a b/c");
        for (String other :
                new String[] {
                    "",
                    "tcp:host=localhost,port=1",
                    "unix:abstract=/tmp/x",
                    "unix:path=relative",
                    "unix:path=/a;unix:path=/b",
                    "unix:path=/a%zz"
                }) {
            assertThatThrownBy(() -> BusAddress.parse(other))
                    .as(other)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("unix:path=/PATH");
        }
    }
}
