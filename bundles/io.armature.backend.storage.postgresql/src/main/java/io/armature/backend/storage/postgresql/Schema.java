package io.armature.backend.storage.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, made and brought up to date by whichever server comes first. A step that has been
 * released never changes; a new one is added behind it.
 */
final class Schema {

    /** Any number that nobody else locks in this database. */
    private static final long LOCK = 0x61726d6174757265L;

    private static final List<String> STEPS =
            List.of(
                    """
                    CREATE TABLE armature_queue (
                      queue bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                      device text NOT NULL,
                      priority smallint NOT NULL,
                      generation_guid text NOT NULL,
                      generation_id bigint NOT NULL,
                      next_id bigint NOT NULL DEFAULT 0,
                      last_digest bytea DEFAULT '',
                      above bigint NOT NULL DEFAULT 0,
                      hole_resends integer NOT NULL DEFAULT 0,
                      hole_since timestamptz,
                      records bigint NOT NULL DEFAULT 0,
                      duplicates bigint NOT NULL DEFAULT 0,
                      gaps bigint NOT NULL DEFAULT 0,
                      refused bigint NOT NULL DEFAULT 0,
                      chain_breaks bigint NOT NULL DEFAULT 0,
                      conflicts bigint NOT NULL DEFAULT 0,
                      UNIQUE (device, priority, generation_guid, generation_id));
                    CREATE TABLE armature_record (
                      queue bigint NOT NULL REFERENCES armature_queue,
                      id bigint NOT NULL,
                      count bigint NOT NULL,
                      kind smallint NOT NULL,
                      destination integer,
                      timestamp_us bigint,
                      data bytea,
                      reason text,
                      digest bytea,
                      previous bytea,
                      stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                      stored_at timestamptz NOT NULL DEFAULT now(),
                      PRIMARY KEY (queue, id));
                    CREATE INDEX armature_record_stored_in ON armature_record (stored_in);
                    CREATE TABLE armature_note (
                      device text NOT NULL,
                      name text NOT NULL,
                      value bytea NOT NULL,
                      PRIMARY KEY (device, name));
                    """);

    // Guarded by this.
    private boolean checked;

    /**
     * Makes or updates the tables, once in the life of this object.
     *
     * @throws SQLException if that fails, or if a newer server has made them
     */
    synchronized void ensure(Connection connection) throws SQLException {
        if (checked) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS armature_schema (version integer NOT NULL)");
            int version = version(statement);
            if (version > STEPS.size()) {
                throw new SQLException(
                        "the tables are of version "
                                + version
                                + ", this server knows "
                                + STEPS.size()
                                + ": update it");
            }
            for (String step : STEPS.subList(version, STEPS.size())) {
                statement.execute(step);
            }
            if (version < STEPS.size()) {
                statement.execute("DELETE FROM armature_schema");
                statement.execute("INSERT INTO armature_schema VALUES (" + STEPS.size() + ")");
            }
        }
        connection.commit();
        checked = true;
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT max(version) FROM armature_schema")) {
            row.next();
            return row.getInt(1);
        }
    }
}
