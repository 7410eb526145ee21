package io.armature.backend.storage.postgresql;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordSink;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Records in PostgreSQL. Any number of servers use the tables at once: each transaction locks the
 * queues that it changes, in one order, so that what may be confirmed is known exactly, and a
 * server that dies leaves nothing half done.
 */
final class PostgresqlStorage implements RecordStorage {

    private static final Comparator<QueueName> ORDER =
            Comparator.comparing(QueueName::device)
                    .thenComparing(QueueName::priority)
                    .thenComparing(QueueName::generationGuid)
                    .thenComparing(QueueName::generationId);
    private static final String COUNTS =
            "SELECT device, sum(records), sum(duplicates), sum(gaps), sum(refused),"
                    + " sum(chain_breaks), sum(conflicts) FROM armature_queue GROUP BY device";
    private static final String MISSED =
            "UPDATE armature_queue SET hole_resends = 0, hole_since = NULL"
                    + " WHERE device = ? AND hole_resends > 0";
    private static final String NOTE =
            "INSERT INTO armature_note VALUES (?, ?, ?)"
                    + " ON CONFLICT (device, name) DO UPDATE SET value = excluded.value";
    private static final String NOTED = "SELECT name, value FROM armature_note WHERE device = ?";
    private static final String NOTED_DEVICES = "SELECT DISTINCT device FROM armature_note";
    private static final String PROBE = "UPDATE armature_schema SET version = version";
    private static final String SOURCE = "backend-storage";

    /** Who follows looks by itself once a second, so not each transaction need tell. */
    private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final StorageProvider.Terms terms;
    private final Duration holeAge;
    private final DeviceClock clock;
    private final Session writing;
    private final Session asides;
    private final StoredRecords stored;

    // Used by the storing thread alone.
    private long told;

    private volatile boolean unsafe;

    /**
     * @param holeAge how long ids must have been missing, if that is longer than the terms say
     */
    PostgresqlStorage(
            Address address, StorageProvider.Terms terms, Duration holeAge, DeviceClock clock) {
        this.terms = terms;
        this.holeAge = holeAge.compareTo(terms.holeAge()) > 0 ? holeAge : terms.holeAge();
        this.clock = clock;
        Schema schema = new Schema();
        this.writing = new Session(address, schema);
        this.asides = new Session(address, schema);
        this.stored = new StoredRecords(address, schema, terms.printer());
        this.told = clock.monotonicNanos() - TELL_NANOS;
    }

    /** Connects and makes the tables; if that fails, {@link #faults} says so. */
    void start() throws IOException {
        unsafe = writing.run(PostgresqlStorage::losesCommits);
    }

    /** Whether the server was told not to force what is committed. */
    private static boolean losesCommits(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('fsync')")) {
            row.next();
            return row.getString(1).equals("off");
        }
    }

    /** Never: what comes again is compared. */
    @Override
    public boolean passed(QueueName queue, long id) {
        return false;
    }

    @Override
    public Map<QueueName, Long> store(List<Arrival> arrivals, Set<String> missed)
            throws IOException {
        for (String device : missed) {
            writing.run(connection -> missed(connection, device));
        }
        Map<QueueName, List<Arrival>> queues = new TreeMap<>(ORDER);
        for (Arrival one : arrivals) {
            queues.computeIfAbsent(one.queue(), q -> new ArrayList<>()).add(one);
        }
        if (queues.isEmpty()) {
            return Map.of();
        }
        Map<QueueName, Long> confirmable = writing.run(connection -> store(connection, queues));
        tell();
        return confirmable;
    }

    private Map<QueueName, Long> store(Connection connection, Map<QueueName, List<Arrival>> queues)
            throws SQLException {
        Map<QueueName, Long> confirmable = new LinkedHashMap<>();
        for (Map.Entry<QueueName, List<Arrival>> entry : queues.entrySet()) {
            QueueState queue = QueueState.lock(connection, entry.getKey());
            double holeSeconds = holeAge.toMillis() / 1e3;
            new QueueWriter(connection, queue, terms.holeResends(), holeSeconds)
                    .write(entry.getValue());
            if (queue.next() > 0) {
                confirmable.put(queue.name(), queue.next() - 1);
            }
        }
        return confirmable;
    }

    private static int missed(Connection connection, String device) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(MISSED)) {
            update.setString(1, device);
            return update.executeUpdate();
        }
    }

    /** In a transaction of its own: one that tells makes others wait while it commits. */
    private void tell() {
        long now = clock.monotonicNanos();
        if (now - told >= TELL_NANOS) {
            told = now;
            try {
                writing.run(StoredRecords::tell);
            } catch (IOException e) {
                // They find out by themselves.
                told = now - TELL_NANOS;
            }
        }
    }

    @Override
    public Map<String, DeviceCounts> counts() throws IOException {
        return asides.run(
                connection -> {
                    Map<String, DeviceCounts> counts = new TreeMap<>();
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery(COUNTS)) {
                        while (row.next()) {
                            counts.put(
                                    row.getString(1),
                                    new DeviceCounts(
                                            row.getLong(2),
                                            row.getLong(3),
                                            row.getLong(4),
                                            row.getLong(5),
                                            row.getLong(6),
                                            row.getLong(7)));
                        }
                    }
                    return counts;
                });
    }

    @Override
    public void read(Optional<String> device, RecordSink sink) throws IOException {
        stored.read(device, sink);
    }

    @Override
    public void follow(Optional<String> device, RecordSink sink, BooleanSupplier end)
            throws IOException, InterruptedException {
        stored.follow(device, sink, end);
    }

    @Override
    public void wake() {
        stored.wake();
    }

    @Override
    public void ids(Optional<String> device, IdSink sink) throws IOException {
        stored.ids(device, sink);
    }

    @Override
    public void note(String device, String name, ByteString value) throws IOException {
        asides.run(
                connection -> {
                    try (PreparedStatement note = connection.prepareStatement(NOTE)) {
                        note.setString(1, device);
                        note.setString(2, name);
                        note.setBytes(3, value.toByteArray());
                        return note.executeUpdate();
                    }
                });
    }

    @Override
    public Map<String, ByteString> noted(String device) throws IOException {
        return asides.run(
                connection -> {
                    Map<String, ByteString> notes = new TreeMap<>();
                    try (PreparedStatement select = connection.prepareStatement(NOTED)) {
                        select.setString(1, device);
                        try (ResultSet row = select.executeQuery()) {
                            while (row.next()) {
                                notes.put(row.getString(1), Rows.bytes(row, 2));
                            }
                        }
                    }
                    return notes;
                });
    }

    @Override
    public Set<String> notedDevices() throws IOException {
        return asides.run(
                connection -> {
                    Set<String> devices = new TreeSet<>();
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery(NOTED_DEVICES)) {
                        while (row.next()) {
                            devices.add(row.getString(1));
                        }
                    }
                    return devices;
                });
    }

    /** By a transaction that writes, so that a server that only reads is found out, too. */
    @Override
    public void probe() throws IOException {
        writing.run(
                connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.executeUpdate(PROBE);
                    }
                });
    }

    @Override
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        if (!writing.fault().isEmpty()) {
            faults.add(
                    new Fault(SOURCE, "postgresql", "no record is confirmed: " + writing.fault()));
        }
        if (unsafe) {
            faults.add(
                    new Fault(
                            SOURCE,
                            "postgresql",
                            "fsync is off there: what is confirmed may be lost, switch it on"));
        }
        return faults;
    }

    @Override
    public void close() {
        writing.close();
        asides.close();
    }
}
