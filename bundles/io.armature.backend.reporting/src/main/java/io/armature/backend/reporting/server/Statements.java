package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.audit.Statement;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import io.armature.reporting.proto.SignedCounters;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes the last statement of each device for audits, if the device signed it. One thread. */
final class Statements {

    private static final Logger log = LoggerFactory.getLogger(Statements.class);

    /** More often none is looked at: a note is forced to disk. */
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final RecordStorage storage;
    private final Pace pace;
    private final RateLimit refusals;
    private final AtomicLong refused = new AtomicLong();

    Statements(RecordStorage storage, DeviceClock clock) {
        this.storage = storage;
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
            ByteString key =
                    storage.noted(device).getOrDefault(Statement.KEY_NOTE, ByteString.EMPTY);
            Optional<Statement> said = Statement.of(device, key, signed);
            Optional<Statement> last = Statement.last(storage, device);
            boolean newer =
                    said.isPresent()
                            && (last.isEmpty()
                                    || Long.compareUnsigned(
                                                    said.get().number(), last.get().number())
                                            > 0);
            if (newer) {
                storage.note(device, Statement.NOTE, signed.toByteString());
            } else {
                refused.incrementAndGet();
                refusals.permit()
                        .ifPresent(
                                n ->
                                        log.warn(
                                                "counters refused device={} reason={} suppressed={}",
                                                device,
                                                said.isPresent() ? "replay" : "signature or sense",
                                                n));
            }
        } catch (IOException e) {
            // The device says it again with a later upload.
            log.warn("counters not noted device={} reason=\"{}\"", device, e.getMessage());
        }
    }
}
