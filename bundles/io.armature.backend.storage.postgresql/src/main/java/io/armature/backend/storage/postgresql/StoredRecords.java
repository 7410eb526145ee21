package io.armature.backend.storage.postgresql;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordPrinter;
import io.armature.backend.api.storage.RecordSink;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.Record;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.postgresql.PGConnection;

/** Reads the tables, each reader on a connection of its own. */
final class StoredRecords {

    private static final String CHANNEL = "armature_records";
    private static final int FETCH = 1000;

    /** What a reader looks for: a wake-up, or a transaction of others that has ended quietly. */
    private static final int LOOK_MILLIS = 250;

    /**
     * Records of transactions that have ended. Numbers are given out in one order and end in
     * another, so only those below the oldest that is still running are complete.
     */
    private static final String RECORDS =
            "SELECT q.device, q.priority, q.generation_guid, q.generation_id, r.id, r.destination,"
                    + " r.timestamp_us, r.data FROM armature_record r"
                    + " JOIN armature_queue q USING (queue) WHERE r.kind = 0"
                    + " AND (?::text IS NULL OR q.device = ?)"
                    + " AND r.stored_in >= ?::text::xid8 AND r.stored_in < ?::text::xid8"
                    + " ORDER BY q.device, r.stored_in, r.queue, r.id";

    private static final String ENDED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text";
    private static final String NO_END = "18446744073709551615";
    private static final String IDS =
            "SELECT q.device, q.priority, q.generation_guid, q.generation_id, r.id, r.count,"
                    + " r.kind, r.digest, r.previous FROM armature_record r"
                    + " JOIN armature_queue q USING (queue) WHERE (?::text IS NULL OR q.device = ?)"
                    + " ORDER BY r.queue, r.id";

    private final Address address;
    private final Schema schema;
    private final RecordPrinter printer;
    private final AtomicLong wakes = new AtomicLong();

    StoredRecords(Address address, Schema schema, RecordPrinter printer) {
        this.address = address;
        this.schema = schema;
        this.printer = printer;
    }

    /** Tells readers of all servers that there are new records. */
    static int tell(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL synchronous_commit = off");
            statement.execute("NOTIFY " + CHANNEL);
            return 0;
        }
    }

    void wake() {
        wakes.incrementAndGet();
    }

    void read(Optional<String> device, RecordSink sink) throws IOException {
        try (Connection connection = open()) {
            records(connection, device, "0", NO_END, sink);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    void follow(Optional<String> device, RecordSink sink, BooleanSupplier end) throws IOException {
        try (Connection connection = open()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN " + CHANNEL);
            }
            connection.commit();
            String from = "0";
            while (true) {
                boolean last = end.getAsBoolean();
                String to = last ? NO_END : ended(connection);
                boolean more = records(connection, device, from, to, sink);
                connection.commit();
                if (!more || last) {
                    return;
                }
                from = to;
                await(connection, end);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Waits for records, or for the time in which they may have come unsaid. */
    private void await(Connection connection, BooleanSupplier end) throws SQLException {
        long seen = wakes.get();
        PGConnection notified = connection.unwrap(PGConnection.class);
        for (int looks = 0; looks < 4 && !end.getAsBoolean() && wakes.get() == seen; looks++) {
            if (notified.getNotifications(LOOK_MILLIS).length > 0) {
                return;
            }
        }
    }

    void ids(Optional<String> device, IdSink sink) throws IOException {
        try (Connection connection = open();
                PreparedStatement select = connection.prepareStatement(IDS)) {
            // One statement sees one moment.
            bind(select, device);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    sink.entry(Rows.ids(row, Rows.queue(row), 5));
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private Connection open() throws SQLException {
        Connection connection = address.connect();
        try (Statement statement = connection.createStatement()) {
            schema.ensure(connection);
            // A reader may take its time: what it prints to may be slow.
            statement.execute("SET statement_timeout = 0");
            statement.execute("SET idle_in_transaction_session_timeout = 0");
            connection.commit();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static String ended(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ENDED)) {
            row.next();
            return row.getString(1);
        }
    }

    private boolean records(
            Connection connection, Optional<String> device, String from, String to, RecordSink sink)
            throws SQLException, IOException {
        try (PreparedStatement select = connection.prepareStatement(RECORDS)) {
            bind(select, device);
            select.setString(3, from);
            select.setString(4, to);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    byte[] line = line(row);
                    if (!sink.record(line, line.length)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static void bind(PreparedStatement select, Optional<String> device)
            throws SQLException {
        select.setFetchSize(FETCH);
        select.setString(1, device.orElse(null));
        select.setString(2, device.orElse(null));
    }

    private byte[] line(ResultSet row) throws SQLException, IOException {
        QueueName queue = Rows.queue(row);
        Destination destination = Destination.forNumber(row.getInt(6));
        Record.Builder record =
                Record.newBuilder()
                        .setTimestampUs(row.getLong(7))
                        .setData(ByteString.copyFrom(row.getBytes(8)));
        if (destination != null) {
            record.setDestination(destination);
        }
        return printer.print(queue, row.getLong(5), record.build());
    }

    private static IOException failed(SQLException e) {
        return new IOException("PostgreSQL: " + Session.firstLine(e), e);
    }
}
