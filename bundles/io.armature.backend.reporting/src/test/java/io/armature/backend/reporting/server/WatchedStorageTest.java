package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.platform.api.testing.HandClock;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchedStorageTest {

    private final HandClock clock = new HandClock();
    private final List<String> said = new ArrayList<>();
    private boolean down;
    private int probes;

    /** Stores nothing, and cannot while it is down. */
    private final RecordStorage storage =
            (RecordStorage)
                    Proxy.newProxyInstance(
                            WatchedStorageTest.class.getClassLoader(),
                            new Class<?>[] {RecordStorage.class},
                            (proxy, method, arguments) -> {
                                probes += method.getName().equals("probe") ? 1 : 0;
                                boolean fails =
                                        Set.of("probe", "store", "noted")
                                                .contains(method.getName());
                                if (down && fails) {
                                    throw new IOException("storage is down");
                                }
                                return switch (method.getName()) {
                                    case "store" -> Map.of();
                                    case "faults" -> List.of();
                                    default -> null;
                                };
                            });

    private final WatchedStorage watched =
            new WatchedStorage(
                    storage,
                    new Intake() {
                        @Override
                        public void leave() {
                            said.add("leave");
                        }

                        @Override
                        public void join() {
                            said.add("join");
                        }
                    },
                    clock,
                    Runnable::run);

    private Map<QueueName, Long> store() throws IOException {
        return watched.store(List.of(), Set.of());
    }

    private void fail() {
        down = true;
        assertThatThrownBy(this::store).isInstanceOf(IOException.class);
    }

    @Test
    void uploadsAreLeftOnceAndTakenAgainWhenTheStorageIsBack() throws Exception {
        watched.start();
        store();
        assertThat(said).isEmpty();
        fail();
        fail();
        assertThat(said).containsExactly("leave");
        assertThat(watched.faults()).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        assertThat(said).containsExactly("leave");
        down = false;
        clock.advance(Duration.ofSeconds(30));
        assertThat(said).containsExactly("leave", "join");
        assertThat(watched.faults()).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void uploadsAreLeftWhenADeviceCannotBeLookedUp() {
        down = true;
        assertThatThrownBy(() -> watched.noted("d")).isInstanceOf(IOException.class);
        assertThat(said).containsExactly("leave");
    }

    @Test
    void aStorageThatIsAwayFromTheStartIsNoReasonToTakeUploads() {
        down = true;
        watched.start();
        assertThat(said).containsExactly("leave");
        down = false;
        clock.advance(WatchedStorage.FIRST_TRY);
        assertThat(said).containsExactly("leave", "join");
    }

    @Test
    void triesBecomeRareAndStayThatWayIfItFailsAgainAtOnce() throws Exception {
        fail();
        clock.advance(Duration.ofSeconds(1 + 2 + 4 + 8 + 16));
        assertThat(probes).isEqualTo(5);
        clock.advance(Duration.ofMinutes(5));
        assertThat(probes).isEqualTo(15);
        down = false;
        clock.advance(WatchedStorage.LONGEST_WAIT);
        fail();
        down = false;
        clock.advance(WatchedStorage.FIRST_TRY);
        assertThat(said).containsExactly("leave", "join", "leave");
        clock.advance(WatchedStorage.LONGEST_WAIT);
        assertThat(said).containsExactly("leave", "join", "leave", "join");
        store();
        fail();
        down = false;
        clock.advance(WatchedStorage.FIRST_TRY);
        assertThat(said).endsWith("leave", "join");
    }

    @Test
    void closedItTriesNoMore() throws Exception {
        fail();
        watched.close();
        clock.advance(Duration.ofMinutes(5));
        assertThat(probes).isZero();
        assertThat(said).containsExactly("leave");
    }
}
