package io.armature.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
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
