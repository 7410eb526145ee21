package io.armature.backend.storage.postgresql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one transaction after another on one connection, which is made anew when it is lost. */
final class Session implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** Times that a transaction is tried: once more for a stale connection, once for a deadlock. */
    private static final int ATTEMPTS = 3;

    /** A transaction; may be run again from its beginning. */
    interface Work<T> {
        T on(Connection connection) throws SQLException, IOException;
    }

    private final Address address;
    private final Schema schema;
    // Guarded by this.
    private Connection connection;

    private volatile String fault = "";

    Session(Address address, Schema schema) {
        this.address = address;
        this.schema = schema;
    }

    /** Why the last transaction failed; empty if it did not. */
    String fault() {
        return fault;
    }

    /**
     * Runs a transaction and commits it.
     *
     * @throws IOException if it is not sure to be committed
     */
    synchronized <T> T run(Work<T> work) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                T result = attempt(work);
                fault = "";
                return result;
            } catch (SQLException e) {
                drop();
                if (attempt == ATTEMPTS || !passes(e)) {
                    fault = address + ": " + firstLine(e);
                    throw new IOException("PostgreSQL at " + fault, e);
                }
                log.info("transaction again reason=\"{}\"", firstLine(e));
            } catch (IOException | RuntimeException e) {
                drop();
                throw e;
            }
        }
    }

    private <T> T attempt(Work<T> work) throws SQLException, IOException {
        if (connection == null) {
            Connection fresh = address.connect();
            connection = fresh;
            schema.ensure(fresh);
        }
        T result = work.on(connection);
        connection.commit();
        return result;
    }

    /** Whether the same may well succeed at once on a new connection. */
    private static boolean passes(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        boolean unreachable = state.equals("08001") || state.equals("28P01");
        return !unreachable
                && (state.startsWith("08")
                        || state.startsWith("57P")
                        || state.startsWith("25P")
                        || state.startsWith("40"));
    }

    static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void drop() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                log.debug("connection not closed reason={}", e.getSQLState());
            }
        }
    }

    @Override
    public synchronized void close() {
        drop();
    }
}
