package io.armature.reporting.dbus.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.platform.api.testing.MachineClock;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A bus and the uploader on it. */
final class UploaderFixture implements AutoCloseable {

    final PrivateBus bus;
    final BrowserUploader uploader;
    private final BlockingQueue<Boolean> available = new LinkedBlockingQueue<>();

    UploaderFixture(Map<String, Object> settings) throws IOException {
        this(PrivateBus.start(), settings);
    }

    UploaderFixture(PrivateBus bus, Map<String, Object> settings) {
        this.bus = bus;
        Map<String, Object> all = new HashMap<>(settings);
        all.putIfAbsent("bus_address", bus.address());
        all.putIfAbsent("reconnect_min_ms", 10L);
        all.putIfAbsent("reconnect_max_ms", 50L);
        uploader = new BrowserUploader(with(all), new MachineClock(), bytes -> {}, available::add);
    }

    private static UploaderSettings with(Map<String, Object> changed) {
        return (UploaderSettings)
                Proxy.newProxyInstance(
                        UploaderSettings.class.getClassLoader(),
                        new Class<?>[] {UploaderSettings.class},
                        (proxy, method, arguments) ->
                                changed.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    UploaderFixture started() {
        uploader.start();
        return this;
    }

    void await(boolean expected) throws InterruptedException {
        assertThat(available.poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    @Override
    public void close() throws IOException {
        uploader.close();
        bus.close();
    }
}
