package io.armature.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * SQLite with {@code synchronous=FULL}, one transaction per record; its writers take turns in any
 * case.
 */
final class SqliteFile implements Contender {

    /** SQLite's journal modes that survive power loss. */
    enum Journal {
        WAL,
        DELETE
    }

    private final Journal journal;
    private Connection connection;
    private PreparedStatement insert;

    SqliteFile(Journal journal) {
        this.journal = journal;
    }

    @Override
    public String name() {
        return journal == Journal.WAL ? "SQLite WAL FULL" : "SQLite rollback journal";
    }

    @Override
    public void open(Path folder) throws IOException {
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("records.db"));
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode=" + journal);
                statement.execute("PRAGMA synchronous=FULL");
                statement.execute("CREATE TABLE records (id INTEGER PRIMARY KEY, body BLOB)");
            }
            insert = connection.prepareStatement("INSERT INTO records (body) VALUES (?)");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public synchronized void append(byte[] record) throws IOException {
        try {
            insert.setBytes(1, record);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Stores copies of a record in one transaction. */
    void fill(byte[] record, int count) throws IOException {
        try {
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                insert.setBytes(1, record);
                insert.executeUpdate();
            }
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Reads and deletes records from the lowest id, so many a transaction; returns how many. */
    long drain(int batch) throws IOException {
        String read = "SELECT id, body FROM records ORDER BY id LIMIT " + batch;
        long drained = 0;
        try (PreparedStatement select = connection.prepareStatement(read);
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM records WHERE id <= ?")) {
            for (int got = batch; got == batch; drained += got) {
                long last = -1;
                got = 0;
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        last = rows.getLong(1);
                        got += rows.getBytes(2).length > 0 ? 1 : 0;
                    }
                }
                delete.setLong(1, last);
                delete.executeUpdate();
            }
            return drained;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Nanoseconds from opening an existing file to its first record. */
    static long opening(Path folder) throws IOException {
        long start = System.nanoTime();
        try (Connection opened =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("records.db"));
                Statement statement = opened.createStatement();
                ResultSet first =
                        statement.executeQuery("SELECT id FROM records ORDER BY id LIMIT 1")) {
            if (!first.next()) {
                throw new IOException("SQLite lost its records");
            }
            return System.nanoTime() - start;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            insert.close();
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
