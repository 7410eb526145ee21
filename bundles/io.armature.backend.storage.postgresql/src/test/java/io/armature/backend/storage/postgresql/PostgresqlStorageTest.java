package io.armature.backend.storage.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.RecordStorageContract;
import io.armature.platform.api.testing.HandClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The storage on a real server. */
class PostgresqlStorageTest extends RecordStorageContract {

    private static DatabaseServer database;
    private boolean begun;

    @BeforeAll
    static void startDatabase() throws Exception {
        Optional<Path> programs = DatabaseServer.programs();
        if (programs.isEmpty()) {
            System.out.println("SKIPPED PostgresqlStorageTest: postgresql is not installed");
        }
        assumeTrue(programs.isPresent(), "postgresql is not installed");
        database = DatabaseServer.start(programs.get());
    }

    @AfterAll
    static void stopDatabase() throws Exception {
        if (database != null) {
            database.stop();
        }
    }

    @Override
    protected RecordStorage open() throws Exception {
        if (!begun) {
            begun = true;
            sql(
                    "DROP TABLE IF EXISTS armature_record, armature_queue, armature_note,"
                            + " armature_schema");
        }
        return new PostgresqlProvider(database.address(), Duration.ZERO, new HandClock())
                .open(TERMS);
    }

    @Override
    protected void pass(Duration time) {
        // The terms ask for none.
    }

    private static void sql(String text) throws Exception {
        try (Connection connection = database.address().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
            connection.commit();
        }
    }

    @Test
    void recordThatComesAgainWithOtherBytesIsCountedAndChangesNothing() throws Exception {
        try (RecordStorage storage = open()) {
            storage.store(List.of(record(QUEUE, 0), record(QUEUE, 1)), Set.of());
            storage.store(
                    List.of(record(QUEUE, 1, "forged", digest("r0")), record(QUEUE, 0)), Set.of());
            assertThat(storage.counts()).isEqualTo(Map.of("d", new DeviceCounts(2, 2, 0, 0, 0, 1)));
            try (Connection connection = database.address().connect();
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery(
                                    "SELECT data FROM armature_record WHERE id = 1")) {
                row.next();
                assertThat(ByteString.copyFrom(row.getBytes(1)).toStringUtf8()).isEqualTo("r1");
            }
        }
    }

    @Test
    void twoServersConfirmWhatBothHaveStored() throws Exception {
        try (RecordStorage one = open();
                RecordStorage other = open()) {
            assertThat(one.store(List.of(record(QUEUE, 1)), Set.of())).isEmpty();
            assertThat(other.store(List.of(record(QUEUE, 0)), Set.of()))
                    .isEqualTo(Map.of(QUEUE, 1L));
            assertThat(one.store(List.of(record(QUEUE, 0), record(QUEUE, 2)), Set.of()))
                    .isEqualTo(Map.of(QUEUE, 2L));
            other.note("d", "enrolled", ByteString.EMPTY);
            assertThat(one.noted("d")).containsKey("enrolled");
        }
    }

    @Test
    void serversThatStoreTheSameAtOnceCountItOnce() throws Exception {
        int batches = 100;
        CyclicBarrier together = new CyclicBarrier(2);
        Callable<Map<QueueName, Long>> server =
                () -> {
                    Map<QueueName, Long> last = Map.of();
                    try (RecordStorage storage = open()) {
                        for (long id = 0; id < 2 * batches; id += 2) {
                            together.await(60, TimeUnit.SECONDS);
                            last =
                                    storage.store(
                                            List.of(record(QUEUE, id), record(QUEUE, id + 1)),
                                            Set.of());
                            assertThat(last).isEqualTo(Map.of(QUEUE, id + 1));
                        }
                    }
                    return last;
                };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Map<QueueName, Long>> one : threads.invokeAll(List.of(server, server))) {
                assertThat(one.get()).isEqualTo(Map.of(QUEUE, 2L * batches - 1));
            }
        } finally {
            threads.shutdownNow();
        }
        try (RecordStorage storage = open()) {
            assertThat(storage.counts())
                    .isEqualTo(Map.of("d", new DeviceCounts(2 * batches, 2 * batches, 0, 0, 0)));
        }
    }

    @Test
    void nothingIsConfirmedWhileTheServerIsAwayAndTheFaultIsShown() throws Exception {
        try (RecordStorage storage = open()) {
            storage.store(List.of(record(QUEUE, 0)), Set.of());
            assertThat(storage.faults()).isEmpty();
            database.kill();
            try {
                assertThatThrownBy(() -> storage.store(List.of(record(QUEUE, 1)), Set.of()))
                        .isInstanceOf(IOException.class);
                assertThat(storage.faults())
                        .singleElement()
                        .satisfies(
                                fault ->
                                        assertThat(fault.reason())
                                                .startsWith("no record is confirmed"));
            } finally {
                database.startAgain();
            }
            assertThat(storage.store(List.of(record(QUEUE, 1)), Set.of()))
                    .isEqualTo(Map.of(QUEUE, 1L));
            assertThat(storage.faults()).isEmpty();
        }
    }

    @Test
    void connectionThatWasCutIsMadeAnewWithinTheCall() throws Exception {
        try (RecordStorage storage = open()) {
            storage.store(List.of(record(QUEUE, 0)), Set.of());
            database.kill();
            database.startAgain();
            assertThat(storage.store(List.of(record(QUEUE, 1)), Set.of()))
                    .isEqualTo(Map.of(QUEUE, 1L));
        }
    }

    @Test
    void tablesOfANewerServerAreLeftAlone() throws Exception {
        open().close();
        sql("UPDATE armature_schema SET version = 99");
        try (RecordStorage storage = open()) {
            assertThat(storage.faults())
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.reason()).contains("version 99"));
            assertThatThrownBy(() -> storage.store(List.of(record(QUEUE, 0)), Set.of()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void serverThatMayLoseCommitsIsShown() throws Exception {
        system("SET fsync = off");
        try {
            assertThat(faultsSoon()).anySatisfy(reason -> assertThat(reason).contains("fsync"));
        } finally {
            system("RESET fsync");
        }
    }

    private static void system(String change) throws Exception {
        try (Connection connection = database.address().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("ALTER SYSTEM " + change);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    /** A reload reaches new connections a moment later. */
    private List<String> faultsSoon() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        List<String> reasons = List.of();
        while (reasons.isEmpty() && System.nanoTime() < deadline) {
            try (RecordStorage storage = open()) {
                reasons = storage.faults().stream().map(f -> f.reason()).toList();
            }
        }
        return reasons;
    }
}
