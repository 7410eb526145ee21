package io.armature.backend.storage.postgresql;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.StoredIds;
import io.armature.backend.api.storage.StoredIds.Kind;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores what came for one queue, within a transaction that holds the queue's row. */
final class QueueWriter {

    private static final Logger log = LoggerFactory.getLogger(QueueWriter.class);

    private static final String KNOWN =
            "SELECT id, kind, digest FROM armature_record WHERE queue = ? AND id = ANY (?)";
    private static final String ADD =
            "INSERT INTO armature_record (queue, id, count, kind, destination, timestamp_us, data,"
                    + " reason, digest, previous) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " ON CONFLICT DO NOTHING";
    private static final String FROM =
            "SELECT id, count, kind, digest, previous FROM armature_record"
                    + " WHERE queue = ? AND id >= ? ORDER BY id";
    private static final String FIRST_ABOVE =
            "SELECT min(id) FROM armature_record WHERE queue = ? AND id >= ?";
    private static final int FETCH = 1000;

    /** What an entry is compared by. */
    private record Known(Kind kind, ByteString digest) {}

    private final Connection connection;
    private final QueueState queue;
    private final int holeResends;
    private final double holeSeconds;

    QueueWriter(Connection connection, QueueState queue, int holeResends, double holeSeconds) {
        this.connection = connection;
        this.queue = queue;
        this.holeResends = holeResends;
        this.holeSeconds = holeSeconds;
    }

    /** Stores what is new, counts what is not, and goes on as far as nothing is missing. */
    void write(List<Arrival> arrivals) throws SQLException {
        Map<Long, Known> known = known(arrivals);
        TreeMap<Long, StoredIds> fresh = new TreeMap<>();
        boolean empty = queue.above() == 0;
        long firstAbove = queue.resends() > 0 ? firstAbove() : -1;
        boolean giveUp = false;
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            for (Arrival one : arrivals) {
                Known there = known.get(one.id());
                if (there == null && one.id() >= queue.next() && one.content().isPresent()) {
                    StoredIds ids = add(add, one, one.content().get());
                    fresh.put(one.id(), ids);
                    known.put(one.id(), new Known(ids.kind(), ids.digest()));
                } else {
                    queue.cameAgain(differs(there, one));
                    if (!empty && one.id() > queue.next()) {
                        firstAbove = firstAbove < 0 ? firstAbove() : firstAbove;
                        giveUp |= one.id() == firstAbove && queue.resent() >= holeResends;
                    }
                }
            }
            if (!fresh.isEmpty()) {
                add.executeBatch();
            }
        }
        if (!fresh.isEmpty() && fresh.firstKey() < firstAbove) {
            // Something came into the hole: what else is missing may be on its way.
            queue.holeShrank();
            giveUp = false;
        }
        advance(fresh, empty);
        long kept = arrivals.stream().mapToLong(Arrival::firstKept).max().orElse(0);
        long end = Math.min(firstAbove, kept);
        if (giveUp && end > queue.next() && queue.holeSeconds() >= holeSeconds) {
            giveUp(end);
        }
        queue.save(connection);
    }

    private Map<Long, Known> known(List<Arrival> arrivals) throws SQLException {
        Map<Long, Known> known = new HashMap<>();
        Long[] ids = arrivals.stream().map(Arrival::id).toArray(Long[]::new);
        Array array = connection.createArrayOf("bigint", ids);
        try (PreparedStatement select = connection.prepareStatement(KNOWN)) {
            select.setLong(1, queue.key());
            select.setArray(2, array);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.put(
                            row.getLong(1),
                            new Known(Rows.kind(row.getInt(2)), Rows.bytes(row, 3)));
                }
            }
        } finally {
            array.free();
        }
        return known;
    }

    /** Whether a record that came again is another one than the one stored. */
    private static boolean differs(Known there, Arrival one) {
        if (one.content().isEmpty() || !(one.content().get() instanceof Content.Opened opened)) {
            return false;
        }
        // What could not be opened once may be the same record.
        return there == null
                || (there.kind() != Kind.REFUSED && !there.digest().equals(opened.digest()));
    }

    private StoredIds add(PreparedStatement add, Arrival one, Content content) throws SQLException {
        add.setLong(1, queue.key());
        add.setLong(2, one.id());
        add.setLong(3, 1);
        StoredIds ids;
        if (content instanceof Content.Opened opened) {
            ids =
                    new StoredIds(
                            Kind.RECORD,
                            one.queue(),
                            one.id(),
                            1,
                            opened.digest(),
                            opened.previous());
            add.setInt(5, opened.record().getDestination().getNumber());
            add.setLong(6, opened.record().getTimestampUs());
            add.setBytes(7, opened.record().getData().toByteArray());
            add.setNull(8, Types.VARCHAR);
            add.setBytes(9, opened.digest().toByteArray());
            add.setBytes(10, opened.previous().toByteArray());
        } else {
            boolean refused = content instanceof Content.Refused;
            ids = lost(refused ? Kind.REFUSED : Kind.GAP, one.id(), 1);
            bindLost(
                    add,
                    refused ? ((Content.Refused) content).sealed().toByteArray() : null,
                    refused ? ((Content.Refused) content).reason() : "reported by the device");
        }
        add.setInt(4, Rows.number(ids.kind()));
        add.addBatch();
        queue.stored(ids);
        return ids;
    }

    private StoredIds lost(Kind kind, long id, long count) {
        return new StoredIds(kind, queue.name(), id, count, ByteString.EMPTY, ByteString.EMPTY);
    }

    private static void bindLost(PreparedStatement add, byte[] sealed, String reason)
            throws SQLException {
        add.setNull(5, Types.INTEGER);
        add.setNull(6, Types.BIGINT);
        add.setBytes(7, sealed);
        add.setString(8, reason);
        add.setBytes(9, null);
        add.setBytes(10, null);
    }

    /**
     * Goes on from next.
     *
     * @param all whether nothing but what is fresh is stored from there
     */
    private void advance(TreeMap<Long, StoredIds> fresh, boolean all) throws SQLException {
        if (all) {
            StoredIds ids = fresh.get(queue.next());
            while (ids != null) {
                queue.pass(ids);
                ids = fresh.get(queue.next());
            }
        } else if (fresh.containsKey(queue.next())) {
            advanceStored();
        }
    }

    private void advanceStored() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FROM)) {
            select.setFetchSize(FETCH);
            select.setLong(1, queue.key());
            select.setLong(2, queue.next());
            try (ResultSet row = select.executeQuery()) {
                while (row.next() && row.getLong(1) == queue.next()) {
                    queue.pass(Rows.ids(row, queue.name(), 1));
                }
            }
        }
    }

    private long firstAbove() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIRST_ABOVE)) {
            select.setLong(1, queue.key());
            select.setLong(2, queue.next());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void giveUp(long end) throws SQLException {
        long count = end - queue.next();
        log.warn("ids given up queue={} from={} count={}", queue.name(), queue.next(), count);
        StoredIds ids = lost(Kind.GIVEN_UP, queue.next(), count);
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            add.setLong(1, queue.key());
            add.setLong(2, ids.id());
            add.setLong(3, count);
            add.setInt(4, Rows.number(ids.kind()));
            bindLost(add, null, "never came");
            add.executeUpdate();
        }
        queue.stored(ids);
        advanceStored();
    }
}
