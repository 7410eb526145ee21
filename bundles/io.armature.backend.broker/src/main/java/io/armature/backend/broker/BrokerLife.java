package io.armature.backend.broker;

import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops the broker and keeps its port over restarts, because devices know it. One thread
 * at a time may call {@link #start} and {@link #close}.
 */
final class BrokerLife implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLife.class);
    private static final String SOURCE = "broker";

    private final BrokerSettings settings;
    private final Path portFile;
    private final Path urlFile;
    private final DurableFiles files;
    private final AccountFile accounts;
    private volatile Optional<Fault> fault = Optional.empty();
    private BrokerServer server;

    /**
     * @param state {@code var/lib/armature/broker}
     * @param urlFile {@code run/armature/broker.url}
     */
    BrokerLife(
            BrokerSettings settings,
            Path state,
            Path urlFile,
            DurableFiles files,
            AccountFile accounts) {
        this.settings = settings;
        this.portFile = state.resolve("port");
        this.urlFile = urlFile;
        this.files = files;
        this.accounts = accounts;
    }

    /**
     * Starts the broker anew and writes its address.
     *
     * @return where it listens; empty if it could not start, which {@link #faults()} explains
     */
    Optional<URI> start(Consumer<Throwable> onBroken) {
        close();
        int port = settings.port() == 0 ? keptPort() : settings.port();
        try {
            server = BrokerServer.start(settings, port, accounts, onBroken);
            if (server.port() != port && settings.port() == 0) {
                files.replace(portFile, (server.port() + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            URI url = new URI("tcp", null, settings.host(), server.port(), null, null, null);
            files.replace(urlFile, (url + "\n").getBytes(StandardCharsets.US_ASCII));
            LOG.info("broker listens url={}", url);
            fault = Optional.empty();
            return Optional.of(url);
        } catch (IOException | java.net.URISyntaxException e) {
            close();
            fault = Optional.of(new Fault(SOURCE, settings.host() + ":" + port, why(port, e)));
            LOG.warn("broker cannot listen host={} port={}", settings.host(), port, e);
            return Optional.empty();
        }
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        int unreadable = accounts.unreadableLines();
        Optional<Fault> lines =
                unreadable == 0
                        ? Optional.empty()
                        : Optional.of(
                                new Fault(
                                        SOURCE,
                                        "devices",
                                        unreadable
                                                + " lines of var/lib/armature/broker/devices are no"
                                                + " accounts: enroll those devices again"));
        return java.util.stream.Stream.of(fault, lines).flatMap(Optional::stream).toList();
    }

    @Override
    public void close() {
        BrokerServer running = server;
        server = null;
        if (running == null) {
            return;
        }
        try {
            Files.deleteIfExists(urlFile);
        } catch (IOException e) {
            LOG.warn("address file stays file={}", urlFile, e);
        }
        running.close();
        LOG.info("broker stopped");
    }

    private String why(int port, Exception cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (settings.port() == 0 && port != 0) {
            return reason
                    + ": devices know port "
                    + port
                    + "; end what uses it, or remove var/lib/armature/broker/port and enroll"
                    + " the devices again";
        }
        return reason + ": end what uses it, or set host and port";
    }

    private int keptPort() {
        try {
            int kept =
                    Integer.parseInt(Files.readString(portFile, StandardCharsets.US_ASCII).strip());
            return kept > 0 && kept <= 65535 ? kept : 0;
        } catch (java.nio.file.NoSuchFileException e) {
            return 0;
        } catch (IOException | NumberFormatException e) {
            LOG.warn("kept port unreadable, taking a free one file={}", portFile, e);
            return 0;
        }
    }
}
