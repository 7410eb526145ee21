package io.armature.backend.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.testing.MemoryAccounts;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class KnownDevicesTest {

    /** What is noted of every device; null while the storage is away. */
    private final AtomicReference<Map<String, ByteString>> notes = new AtomicReference<>(Map.of());

    private final AtomicReference<DeviceAccounts> accounts = new AtomicReference<>();
    private final KnownDevices known =
            new KnownDevices(storage(), () -> Optional.ofNullable(accounts.get()));

    private RecordStorage storage() {
        return (RecordStorage)
                Proxy.newProxyInstance(
                        RecordStorage.class.getClassLoader(),
                        new Class<?>[] {RecordStorage.class},
                        (proxy, method, arguments) -> {
                            assertThat(method.getName()).isEqualTo("noted");
                            if (notes.get() == null) {
                                throw new IOException("away");
                            }
                            return notes.get();
                        });
    }

    @Test
    void nobodyCanTellWhileTheStorageIsAway() throws Exception {
        notes.set(null);
        assertThatThrownBy(() -> known.test("d")).isInstanceOf(IOException.class);
        notes.set(Map.of());
        assertThat(known.test("d")).isFalse();
        notes.set(Map.of(KnownDevices.ENROLLED, ByteString.EMPTY));
        assertThat(known.test("d")).isTrue();
    }

    @Test
    void deviceThatWasSeenOnceStaysKnownWithoutTheStorage() throws Exception {
        MemoryAccounts broker = new MemoryAccounts();
        broker.enroll("d");
        accounts.set(broker);
        notes.set(null);
        assertThat(known.test("d")).isTrue();
        accounts.set(null);
        assertThat(known.test("d")).isTrue();
    }
}
