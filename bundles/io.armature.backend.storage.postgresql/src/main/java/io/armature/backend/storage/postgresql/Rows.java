package io.armature.backend.storage.postgresql;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.StoredIds;
import io.armature.backend.api.storage.StoredIds.Kind;
import io.armature.reporting.proto.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How values stand in rows. */
final class Rows {

    private Rows() {}

    static int number(Kind kind) {
        return switch (kind) {
            case RECORD -> 0;
            case REFUSED -> 1;
            case GAP -> 2;
            case GIVEN_UP -> 3;
        };
    }

    static Kind kind(int number) throws SQLException {
        return switch (number) {
            case 0 -> Kind.RECORD;
            case 1 -> Kind.REFUSED;
            case 2 -> Kind.GAP;
            case 3 -> Kind.GIVEN_UP;
            default -> throw new SQLException("unknown kind of entry: " + number);
        };
    }

    /** Bytes of a column; empty if it is null. */
    static ByteString bytes(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? ByteString.EMPTY : ByteString.copyFrom(bytes);
    }

    /** The columns id, count, kind, digest, previous, beginning with one of them. */
    static StoredIds ids(ResultSet row, QueueName queue, int column) throws SQLException {
        return new StoredIds(
                kind(row.getInt(column + 2)),
                queue,
                row.getLong(column),
                row.getLong(column + 1),
                bytes(row, column + 3),
                bytes(row, column + 4));
    }

    /** The columns device, priority, generation_guid, generation_id, beginning with the first. */
    static QueueName queue(ResultSet row) throws SQLException {
        Priority priority = Priority.forNumber(row.getInt(2));
        if (priority == null) {
            throw new SQLException("unknown priority: " + row.getInt(2));
        }
        return new QueueName(row.getString(1), priority, row.getString(3), row.getLong(4));
    }
}
