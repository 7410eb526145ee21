package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.audit.LastWords;
import io.armature.backend.reporting.audit.Statement;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import io.armature.reporting.proto.SignedCounters;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes for audits what each device last said of each of its queues, if the device signed it. Whose
 * key nobody noted when it was enrolled is believed the first one: the broker knows who it is. One
 * thread.
 */
final class Statements {

    private static final Logger log = LoggerFactory.getLogger(Statements.class);

    /** More often none is looked at: a note is forced to disk. */
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final RecordStorage storage;
    private final DeviceClock clock;
    private final Pace pace;
    private final RateLimit refusals;
    private final AtomicLong refused = new AtomicLong();

    Statements(RecordStorage storage, DeviceClock clock) {
        this.storage = storage;
        this.clock = clock;
        this.pace = new Pace(clock, PERIOD);
        this.refusals = new RateLimit(clock);
    }

    /** How many were not genuine, or replayed. Any thread. */
    long refused() {
        return refused.get();
    }

    /** Takes what came with an upload. */
    void take(String device, SignedCounters signed) {
        if (!pace.due(device, 0)) {
            return;
        }
        try {
            Optional<String> wrong = note(device, signed);
            if (wrong.isPresent()) {
                refused.incrementAndGet();
                refusals.permit()
                        .ifPresent(
                                n ->
                                        log.warn(
                                                "counters refused device={} reason={} suppressed={}",
                                                device,
                                                wrong.get(),
                                                n));
            }
        } catch (IOException e) {
            // The device says it again with a later upload.
            log.warn("counters not noted device={} reason=\"{}\"", device, e.getMessage());
        }
    }

    /** Notes it, or says what is wrong with it. */
    private Optional<String> note(String device, SignedCounters signed) throws IOException {
        ByteString known = storage.noted(device).getOrDefault(Statement.KEY_NOTE, ByteString.EMPTY);
        boolean first = known.isEmpty();
        Optional<Statement> said =
                Statement.of(device, first ? signed.getPublicKey() : known, signed);
        if (said.isEmpty()) {
            boolean other = signed.hasPublicKey() && !signed.getPublicKey().equals(known);
            return Optional.of(other && !first ? "key is not the first one" : "signature or sense");
        }
        LastWords words = LastWords.of(storage, device);
        if (words.last()
                .filter(last -> Long.compareUnsigned(said.get().number(), last.number()) <= 0)
                .isPresent()) {
            return Optional.of("replay");
        }
        if (first) {
            String when = clock.wall().truncatedTo(ChronoUnit.SECONDS).toString();
            log.info("counters' key of first use device={}", device);
            storage.note(device, Statement.FIRST_USE_NOTE, ByteString.copyFromUtf8(when));
            storage.note(device, Statement.KEY_NOTE, signed.getPublicKey());
        }
        storage.note(
                device,
                Statement.NOTE,
                words.with(signed, said.get(), clock.wall(), storage::passed));
        return Optional.empty();
    }
}
