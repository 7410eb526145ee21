package io.armature.reporting.mqtt.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a proxy says is shown to operators: it is cut and made printable. */
class HttpTunnelTest {

    /** A proxy that has said all it will say. */
    private static final class Proxy extends Socket {
        private final InputStream answer;

        Proxy(String answer) {
            this.answer = new ByteArrayInputStream(answer.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public InputStream getInputStream() {
            return answer;
        }

        @Override
        public OutputStream getOutputStream() {
            return new ByteArrayOutputStream();
        }
    }

    private static Throwable refused(String firstLine) {
        return catchThrowable(
                () ->
                        HttpTunnel.open(
                                new Proxy(firstLine + "\r\n\r\n"),
                                "broker",
                                1883,
                                Optional.empty()));
    }

    @Test
    void aShortRefusalIsShownAsItIs() {
        assertThat(refused("HTTP/1.1 407 Proxy Authentication Required"))
                .hasMessage("the proxy refuses: HTTP/1.1 407 Proxy Authentication Required");
    }

    @Test
    void ofALongOneOnlyTheBeginningIsShown() {
        assertThat(refused("HTTP/1.1 500 " + "x".repeat(10_000)))
                .hasMessage("the proxy refuses: HTTP/1.1 500 " + "x".repeat(87) + "...");
    }

    @Test
    void whatATerminalWouldObeyIsNotShown() {
        assertThat(refused("HTTP/1.1 500 \u001b[2J\u0007\u00e9\tend"))
                .hasMessage("the proxy refuses: HTTP/1.1 500 ?[2J???end");
    }
}
