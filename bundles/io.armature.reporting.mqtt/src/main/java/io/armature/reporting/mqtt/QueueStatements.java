package io.armature.reporting.mqtt;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.proto.DeviceCounters;
import io.armature.reporting.proto.QueueCounters;
import io.armature.reporting.proto.SignedCounters;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows, as of a minute ago at most, which ids each queue keeps, and says now and then, with an
 * upload, what became of them, signed by the device. {@link #firstKept} and {@link #join} belong to
 * the bridge's thread; a statement is made on a thread of its own, {@code mqtt-statement}, since it
 * is numbered on disk.
 */
final class QueueStatements implements AutoCloseable {

    /** Where the number of the last statement is kept, in the device's state. */
    static final String NUMBER = "reporting-statement";

    private static final Logger LOG = LoggerFactory.getLogger(QueueStatements.class);
    private static final long CLOSE_MILLIS = 1_000;
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

    /**
     * What a server takes. A statement that left queues out would say that they are no more, so a
     * device with more queues than fit says nothing but a fault.
     */
    private static final int LIMIT_BYTES = 48 << 10;

    private final String device;
    private final CountersKey key;
    private final Path numberFile;
    private final DurableFiles files;
    private final Reporting spool;
    private final DeviceClock clock;

    /** An envelope with nothing but the statement: to be appended to another one. */
    private final AtomicReference<byte[]> made = new AtomicReference<>();

    private volatile Map<QueueKey, Long> kept = Map.of();
    private volatile Optional<Fault> fault = Optional.empty();

    /** The one that is being made; guarded by this. */
    private Thread making;

    private boolean closed;

    // Belong to the bridge's thread.
    private boolean asked;
    private long askedNanos;

    /**
     * @param numberFile in a folder that exists
     */
    QueueStatements(
            String device,
            CountersKey key,
            Path numberFile,
            DurableFiles files,
            Reporting spool,
            DeviceClock clock) {
        this.device = device;
        this.key = key;
        this.numberFile = numberFile;
        this.files = files;
        this.spool = spool;
        this.clock = clock;
    }

    /** The first id that a queue keeps, or has yet to give; it may be a later one by now. */
    Optional<Long> firstKept(QueueKey queue) {
        return Optional.ofNullable(kept.get(queue));
    }

    /**
     * Adds a statement to an upload if there is a new one and it fits; asks for the next one if it
     * is time.
     *
     * @param envelope a serialized {@link UploadEnvelope}
     * @param limitBytes of what is returned
     */
    byte[] join(byte[] envelope, int limitBytes) {
        long now = clock.monotonicNanos();
        if (!asked || now - askedNanos >= PERIOD_NANOS) {
            asked = true;
            askedNanos = now;
            ask();
        }
        byte[] statement = made.get();
        if (statement == null || envelope.length + statement.length > limitBytes) {
            return envelope;
        }
        made.set(null);
        // Messages that are put behind one another are one message.
        byte[] both = Arrays.copyOf(envelope, envelope.length + statement.length);
        System.arraycopy(statement, 0, both, envelope.length, statement.length);
        return both;
    }

    private void ask() {
        spool.queues()
                .whenComplete(
                        (queues, failure) -> {
                            if (queues != null) {
                                heard(queues.stream().filter(QueueStatements::isOpen).toList());
                            }
                        });
    }

    /**
     * One that could not be opened has no name; what it holds stays unknown. One that takes no
     * records any more still gives those that it has.
     */
    private static boolean isOpen(QueueState queue) {
        return queue.generationId() > 0;
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        return fault.stream().toList();
    }

    private void heard(List<QueueState> queues) {
        Map<QueueKey, Long> first = new HashMap<>();
        queues.forEach(queue -> first.put(key(queue), firstKept(queue)));
        kept = Map.copyOf(first);
        begin(queues);
    }

    /** Makes a statement, unless the last one is not made yet because the disk takes its time. */
    private synchronized void begin(List<QueueState> queues) {
        if (!closed && making == null) {
            making = new Thread(() -> publish(make(queues)), "mqtt-statement");
            making.start();
        }
    }

    /** Ends with the statement that is being made; after that the number is another's. */
    @Override
    public void close() {
        Thread last;
        synchronized (this) {
            closed = true;
            last = making;
        }
        try {
            if (last != null) {
                last.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static QueueKey key(QueueState queue) {
        return new QueueKey(
                queue.priority().getNumber(), queue.generationGuid(), queue.generationId());
    }

    private static long firstKept(QueueState queue) {
        return Math.min(queue.firstUnconfirmedId(), queue.counters().accepted());
    }

    /** Who sees it may begin the next one. */
    private synchronized void publish(Optional<byte[]> statement) {
        making = null;
        statement.ifPresent(made::set);
    }

    private Optional<byte[]> make(List<QueueState> queues) {
        try {
            long number = nextNumber();
            ByteString counters = counters(number, queues).toByteString();
            CountersKey.Signed signature = key.sign(message(counters));
            SignedCounters.Builder with =
                    SignedCounters.newBuilder()
                            .setCounters(counters)
                            .setSignature(ByteString.copyFrom(signature.signature()));
            signature.announced().ifPresent(open -> with.setPublicKey(ByteString.copyFrom(open)));
            SignedCounters signed = with.build();
            boolean fits = signed.getSerializedSize() <= LIMIT_BYTES;
            fault =
                    Optional.of(tooLarge(queues.size(), signed.getSerializedSize()))
                            .filter(one -> !fits);
            return Optional.of(signed)
                    .filter(one -> fits)
                    .map(one -> UploadEnvelope.newBuilder().setCounters(one).build().toByteArray());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            // Without the message of the last two: it may quote the key.
            LOG.warn(
                    "no statement of queues reason=\"{}\"",
                    e instanceof IOException ? e.getMessage() : "counters-key is malformed");
            return Optional.empty();
        }
    }

    private static Fault tooLarge(int queues, int bytes) {
        return new Fault(
                MqttBridge.SOURCE,
                "statement",
                "what became of the records of "
                        + queues
                        + " queues takes "
                        + bytes
                        + " bytes, more than "
                        + LIMIT_BYTES
                        + ": the server is not told until there are fewer");
    }

    private static DeviceCounters counters(long number, List<QueueState> queues) {
        DeviceCounters.Builder all = DeviceCounters.newBuilder().setStatement(number);
        for (QueueState queue : queues) {
            all.addQueue(
                    QueueCounters.newBuilder()
                            .setPriority(queue.priority())
                            .setGenerationGuid(queue.generationGuid())
                            .setGenerationId(queue.generationId())
                            .setAccepted(queue.counters().accepted())
                            .setShed(queue.counters().shed())
                            .setFirstUnconfirmedId(firstKept(queue)));
        }
        return all.build();
    }

    /** Counts up over restarts; durable before it is used. */
    private long nextNumber() throws IOException {
        long last = 0;
        if (Files.exists(numberFile)) {
            String text = Files.readString(numberFile, StandardCharsets.US_ASCII).strip();
            try {
                last = Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IOException(
                        numberFile + " is damaged: enrol the device anew, remove it", e);
            }
        }
        files.replace(numberFile, (last + 1 + "\n").getBytes(StandardCharsets.US_ASCII));
        return last + 1;
    }

    /** What is signed. */
    private byte[] message(ByteString counters) {
        return ByteString.copyFrom(
                        "armature-counters 1\n" + device + "\n", StandardCharsets.US_ASCII)
                .concat(counters)
                .toByteArray();
    }
}
