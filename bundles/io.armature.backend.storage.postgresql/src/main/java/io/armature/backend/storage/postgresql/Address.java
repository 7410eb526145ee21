package io.armature.backend.storage.postgresql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A database and how to speak to it.
 *
 * @param password file, read at each connection; if there is none, no password is sent
 * @param sslMode as the driver knows it: disable, prefer, require, verify-ca, verify-full
 * @param rootCertificate file with the certificates that a server's is checked with; empty: the
 *     driver's default
 * @param timeoutSeconds for connecting, for a statement, and for a server that says nothing
 */
record Address(
        String host,
        int port,
        String database,
        String user,
        Path password,
        String sslMode,
        String rootCertificate,
        int timeoutSeconds) {

    /**
     * Opens a connection in which a commit is durable when it returns, and which the server ends if
     * this process stops in the midst of a transaction.
     */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.APPLICATION_NAME.set(properties, "armature");
        PGProperty.SSL_MODE.set(properties, sslMode);
        if (!rootCertificate.isEmpty()) {
            PGProperty.SSL_ROOT_CERT.set(properties, rootCertificate);
        }
        PGProperty.CONNECT_TIMEOUT.set(properties, timeoutSeconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, timeoutSeconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, 2 * timeoutSeconds);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.REWRITE_BATCHED_INSERTS.set(properties, true);
        try {
            if (Files.exists(password)) {
                PGProperty.PASSWORD.set(properties, Files.readString(password).strip());
            }
        } catch (IOException e) {
            throw new SQLException("password_file cannot be read: " + e.getMessage(), e);
        }
        Connection connection =
                new Driver()
                        .connect(
                                "jdbc:postgresql://" + host + ":" + port + "/" + database,
                                properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = '10s'");
            statement.execute("SET statement_timeout = '" + timeoutSeconds + "s'");
            // What was set to be even safer stays.
            statement.execute(
                    "SELECT set_config('synchronous_commit', 'on', false)"
                            + " WHERE current_setting('synchronous_commit') IN ('off', 'local')");
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }
}
