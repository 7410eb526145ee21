package io.armature.backend.storage.postgresql;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.StoredIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The row of a queue, locked: until the transaction ends no other server changes anything of the
 * queue.
 */
final class QueueState {

    private static final String MAKE =
            "INSERT INTO armature_queue (device, priority, generation_guid, generation_id)"
                    + " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String LOCK =
            "SELECT queue, next_id, last_digest, above, hole_resends,"
                    + " coalesce(extract(epoch FROM clock_timestamp() - hole_since), 0)"
                    + " FROM armature_queue WHERE device = ? AND priority = ?"
                    + " AND generation_guid = ? AND generation_id = ? FOR UPDATE";
    private static final String SAVE =
            "UPDATE armature_queue SET next_id = ?, last_digest = ?, above = ?, hole_resends = ?,"
                    + " hole_since = CASE WHEN ? = 0 THEN NULL"
                    + " ELSE coalesce(hole_since, clock_timestamp()) END,"
                    + " records = records + ?, duplicates = duplicates + ?, gaps = gaps + ?,"
                    + " refused = refused + ?, chain_breaks = chain_breaks + ?,"
                    + " conflicts = conflicts + ? WHERE queue = ?";

    private final QueueName name;
    private final long key;
    private final double holeSeconds;
    private long next;

    /** Digest of the record below next; null if unknown. */
    private ByteString lastDigest;

    private long above;
    private int resends;
    private DeviceCounts more = DeviceCounts.NONE;

    private QueueState(QueueName name, ResultSet row) throws SQLException {
        this.name = name;
        this.key = row.getLong(1);
        this.next = row.getLong(2);
        byte[] digest = row.getBytes(3);
        this.lastDigest = digest == null ? null : ByteString.copyFrom(digest);
        this.above = row.getLong(4);
        this.resends = row.getInt(5);
        this.holeSeconds = row.getDouble(6);
    }

    /** Locks the queue's row, made if missing. */
    static QueueState lock(Connection connection, QueueName name) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            bind(lock, name);
            QueueState there = read(lock, name);
            if (there != null) {
                return there;
            }
            try (PreparedStatement make = connection.prepareStatement(MAKE)) {
                bind(make, name);
                make.executeUpdate();
            }
            return read(lock, name);
        }
    }

    private static QueueState read(PreparedStatement lock, QueueName name) throws SQLException {
        try (ResultSet row = lock.executeQuery()) {
            return row.next() ? new QueueState(name, row) : null;
        }
    }

    private static void bind(PreparedStatement statement, QueueName name) throws SQLException {
        statement.setString(1, name.device());
        statement.setInt(2, name.priority().getNumber());
        statement.setString(3, name.generationGuid());
        statement.setLong(4, name.generationId());
    }

    QueueName name() {
        return name;
    }

    /** The row's key. */
    long key() {
        return key;
    }

    /** The first id that is not stored; all below may be confirmed. */
    long next() {
        return next;
    }

    /** Entries stored above next. */
    long above() {
        return above;
    }

    /** How long ids have been missing, as far as anybody noticed. */
    double holeSeconds() {
        return holeSeconds;
    }

    /** An entry was stored, somewhere at or above next. */
    void stored(StoredIds ids) {
        above++;
        long n = ids.count();
        count(
                switch (ids.kind()) {
                    case RECORD -> new DeviceCounts(n, 0, 0, 0, 0);
                    case REFUSED -> new DeviceCounts(0, 0, 0, n, 0);
                    case GAP, GIVEN_UP -> new DeviceCounts(0, 0, n, 0, 0);
                });
    }

    /** An entry came again. */
    void cameAgain(boolean otherContent) {
        count(new DeviceCounts(0, 1, 0, 0, 0, otherContent ? 1 : 0));
    }

    /** The first id above a hole came again; returns how often it did. */
    int resent() {
        return ++resends;
    }

    /** How often the first id above a hole came again. */
    int resends() {
        return resends;
    }

    /** Something was stored below the first id above the hole: another one is counted now. */
    void holeShrank() {
        resends = 0;
    }

    /** Goes over the entry at next, which is stored; checks that its chain goes on. */
    void pass(StoredIds ids) {
        boolean record = ids.kind() == StoredIds.Kind.RECORD;
        if (record && lastDigest != null && !lastDigest.equals(ids.previous())) {
            count(new DeviceCounts(0, 0, 0, 0, 1));
        }
        lastDigest = record ? ids.digest() : null;
        next = ids.id() + ids.count();
        above--;
        resends = 0;
    }

    private void count(DeviceCounts counts) {
        more = more.plus(counts);
    }

    void save(Connection connection) throws SQLException {
        try (PreparedStatement save = connection.prepareStatement(SAVE)) {
            save.setLong(1, next);
            save.setBytes(2, lastDigest == null ? null : lastDigest.toByteArray());
            save.setLong(3, above);
            save.setInt(4, resends);
            save.setInt(5, resends);
            save.setLong(6, more.records());
            save.setLong(7, more.duplicates());
            save.setLong(8, more.gaps());
            save.setLong(9, more.refused());
            save.setLong(10, more.chainBreaks());
            save.setLong(11, more.conflicts());
            save.setLong(12, key);
            save.executeUpdate();
        }
    }
}
