package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.mqtt.v3.PahoTransport;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The bridge as its component makes it with default settings, without a framework. */
public final class BareBridge implements AutoCloseable {

    private final Bridge bridge;

    /**
     * @param spool what the server confirms and which keys it sends
     * @param available told with each change whether records can be uploaded
     */
    public BareBridge(
            URI broker,
            String device,
            String password,
            DeviceClock clock,
            Randomness randomness,
            Reporting spool,
            Consumer<Boolean> available) {
        BridgeSettings settings =
                new BridgeSettings(
                        broker.toString(),
                        device,
                        "password",
                        standard("keep_alive_s").intValue(),
                        standard("acknowledge_s").intValue(),
                        standard("in_flight").intValue(),
                        standard("in_flight_bytes").intValue(),
                        standard("max_packet_bytes").intValue(),
                        backOff("reconnect"),
                        backOff("resend"));
        bridge =
                new Bridge(
                        settings,
                        new DeviceStatus(device, "0.1.0", "bench"),
                        new Password(password),
                        clock,
                        randomness,
                        new SpoolWays(spool, spool),
                        Optional.empty(),
                        available::accept);
    }

    /** Packets that the bridge publishes before it waits for an acknowledgement. */
    public static int inFlight() {
        return standard("in_flight").intValue();
    }

    /** Connects in the background. */
    public void start() {
        bridge.use(Optional.of(new PahoTransport()));
    }

    public Uploader uploader() {
        return bridge;
    }

    @Override
    public void close() {
        bridge.close();
    }

    private static BackOff backOff(String what) {
        return new BackOff(
                standard(what + "_min_ms").longValue(), standard(what + "_max_ms").longValue());
    }

    private static Number standard(String key) {
        try {
            return (Number) MqttBridge.Settings.class.getMethod(key).getDefaultValue();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("the bridge has no setting " + key, e);
        }
    }

    private record Password(String text) implements Link.PasswordSource {

        @Override
        public Optional<char[]> read() {
            return Optional.of(text.toCharArray());
        }

        @Override
        public Path file() {
            return Path.of("password");
        }
    }
}
