package io.armature.reporting.mqtt.configuration;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.RateLimit;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.mqtt.configuration.RefusedConfiguration.Reason;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration that is in force: the newest one that the server signed. It is kept in a file,
 * so that it is handed to the spool again at each start, for the release that runs then, and so
 * that an older one never follows it. Belongs to one thread, but for {@link #faults}.
 */
public final class ServerConfiguration implements AutoCloseable {

    /** Where it is kept, in the device's state. */
    public static final String FILE = "reporting-configuration";

    /** Between two attempts to hand it to a spool that does not take it. */
    static final Duration AGAIN = Duration.ofMinutes(1);

    private static final String SOURCE = "reporting.mqtt";
    private static final Logger LOG = LoggerFactory.getLogger(ServerConfiguration.class);
    private static final long SAY_NANOS = Duration.ofMinutes(1).toNanos();

    /**
     * Where things are.
     *
     * @param version of the image that runs
     * @param key the server's, see {@link VerificationKey}
     * @param kept in a folder that exists
     */
    public record Home(String version, Path key, Path kept) {}

    private final int release;
    private final VerificationKey key;
    private final Path file;
    private final DurableFiles files;
    private final Reporting spool;
    private final DeviceClock clock;
    private final Executor executor;
    private final RateLimit refusals;
    private final Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    private Optional<Configuration> inForce = Optional.empty();
    private Optional<String> notTaken = Optional.empty();
    private Optional<String> lastRefusal = Optional.empty();
    private boolean said;
    private long saidNanos;
    private Optional<DeviceClock.Timer> retry = Optional.empty();
    private volatile List<Fault> faults = List.of();

    /**
     * @param spool holds what comes while there is none
     * @param executor of the thread that this belongs to
     */
    public ServerConfiguration(
            Home home, DurableFiles files, Reporting spool, DeviceClock clock, Executor executor) {
        this.release = Release.number(home.version());
        this.key = new VerificationKey(home.key());
        this.file = home.kept();
        this.files = files;
        this.spool = spool;
        this.clock = clock;
        this.executor = executor;
        this.refusals = new RateLimit(clock);
    }

    /** Hands the one that was kept to the spool. */
    public void start() {
        if (Files.notExists(file)) {
            return;
        }
        try {
            Configuration kept = ConfigurationReader.read(readFile());
            key.check(kept);
            inForce = Optional.of(kept);
            handOver(kept);
        } catch (IOException e) {
            refuse(Reason.NOT_KEPT, file + " cannot be read: " + FailureText.of(e));
        } catch (RefusedConfiguration e) {
            refuse(e.reason(), file + ": " + e.getMessage());
        }
    }

    private byte[] readFile() throws IOException {
        if (Files.size(file) > ConfigurationReader.MAX_BYTES) {
            throw new IOException("longer than " + ConfigurationReader.MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /** A message of the server, or of somebody else. Never throws. */
    public void receive(byte[] payload) {
        try {
            Configuration next = ConfigurationReader.read(payload);
            if (inForce.filter(next::equals).isEmpty()) {
                replace(next, payload);
            }
            lastRefusal = Optional.empty();
            show();
        } catch (RefusedConfiguration e) {
            refuse(e.reason(), e.getMessage());
        }
    }

    private void replace(Configuration next, byte[] payload) throws RefusedConfiguration {
        int last = version();
        if (next.version() <= last) {
            throw new RefusedConfiguration(
                    Reason.OLDER, "version " + next.version() + " came after " + last);
        }
        key.check(next);
        try {
            files.replace(file, payload);
        } catch (IOException e) {
            // Without a file a restart would forget it; the server sends it again.
            throw new RefusedConfiguration(
                    Reason.NOT_KEPT, file + " cannot be written: " + FailureText.of(e));
        }
        inForce = Optional.of(next);
        said = false;
        handOver(next);
    }

    /** A new connection: the server does not know what this device has. */
    public void connected() {
        said = false;
    }

    /**
     * Adds the version in force to an upload, now and then, so that a server that has another one
     * sends it.
     *
     * @param envelope a serialized {@link UploadEnvelope}
     * @return at most 6 bytes more
     */
    public byte[] join(byte[] envelope) {
        long now = clock.monotonicNanos();
        if (said && now - saidNanos < SAY_NANOS) {
            return envelope;
        }
        said = true;
        saidNanos = now;
        // Messages that are put behind one another are one message.
        byte[] more =
                UploadEnvelope.newBuilder()
                        .setConfigurationVersion(version())
                        .build()
                        .toByteArray();
        byte[] both = Arrays.copyOf(envelope, envelope.length + more.length);
        System.arraycopy(more, 0, both, envelope.length, more.length);
        return both;
    }

    /** What an operator should know. Any thread may call this. */
    public List<Fault> faults() {
        return faults;
    }

    /** No further attempts. */
    @Override
    public void close() {
        retry.ifPresent(DeviceClock.Timer::cancel);
    }

    private int version() {
        return inForce.map(Configuration::version).orElse(0);
    }

    private void handOver(Configuration next) {
        ListOfBlockedDestinations list = next.blockedAt(release);
        spool.updateConfiguration(list)
                .whenCompleteAsync((done, error) -> handedOver(next, list, error), executor);
    }

    private void handedOver(Configuration next, ListOfBlockedDestinations list, Throwable error) {
        if (inForce.filter(next::equals).isEmpty()) {
            return; // replaced meanwhile; the spool gets them in order
        }
        if (error == null) {
            LOG.info(
                    "configuration in force version={} blocked={}",
                    next.version(),
                    list.getDestinationsList());
            notTaken = Optional.empty();
        } else {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            notTaken = Optional.of(String.valueOf(cause.getMessage()));
            retry = Optional.of(clock.after(AGAIN, executor, () -> handOverAgain(next)));
        }
        show();
    }

    private void handOverAgain(Configuration next) {
        if (inForce.filter(next::equals).isPresent()) {
            handOver(next);
        }
    }

    private void refuse(Reason reason, String text) {
        refused.merge(reason, 1, Integer::sum);
        lastRefusal = Optional.of(text);
        refusals.permit()
                .ifPresent(
                        n ->
                                LOG.warn(
                                        "configuration refused reason=\"{}: {}\" left_out={}",
                                        reason,
                                        text,
                                        n));
        show();
    }

    private void show() {
        List<Fault> all = new ArrayList<>();
        lastRefusal.ifPresent(
                text ->
                        all.add(
                                new Fault(
                                        SOURCE,
                                        "configuration",
                                        text
                                                + "; refused since the start: "
                                                + refused
                                                + "; "
                                                + inForce.map(one -> "version " + one.version())
                                                        .orElse("none")
                                                + " stays in force")));
        notTaken.ifPresent(
                text ->
                        all.add(
                                new Fault(
                                        SOURCE,
                                        "configuration",
                                        "version "
                                                + version()
                                                + " is not in force yet, the spool says: "
                                                + text)));
        faults = List.copyOf(all);
    }
}
