package io.armature.reporting.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Controlled degradation: where a record finds no space, queues of lower priority and older ones of
 * its own give up their oldest segments, lowest and oldest first, and at last its own queue does.
 * SECURITY never gives up a record. Confirmed segments go before any record does, and nothing goes
 * where all together would not be enough. Thread-safe.
 */
public final class Shedding {

    /** How long a queue is waited for that is being read, once the others have no more to give. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final List<Claim> CLAIMS =
            List.of(
                    new Claim(What.CONFIRMED, Duration.ZERO),
                    new Claim(What.RECORDS, Duration.ZERO),
                    new Claim(What.RECORDS, PATIENCE));

    private final BooleanSupplier enabled;
    private volatile Supplier<List<RecordQueue>> queues = List::of;

    /**
     * @param enabled whether anything is shed at the moment
     */
    public Shedding(BooleanSupplier enabled) {
        this.enabled = enabled;
    }

    /** What a queue is asked for. */
    enum What {
        /** Segments of which the server has all, even the last one. */
        CONFIRMED,
        /** Any segment. */
        RECORDS
    }

    /**
     * How much is asked of a queue.
     *
     * @param patience how long to wait for the end of a pass that reads the queue
     */
    record Claim(What what, Duration patience) {}

    /**
     * Says which queues there are.
     *
     * @param all most important priority first, within one the oldest first
     */
    public void over(Supplier<List<RecordQueue>> all) {
        queues = all;
    }

    /**
     * Frees disk space for a queue that is being written, on the writing thread.
     *
     * @param bytes how many it lacks
     * @return whether so many were freed: then it is worth to write again
     */
    boolean makeRoom(RecordQueue writer, long bytes) {
        if (!enabled.getAsBoolean()) {
            return false;
        }
        List<RecordQueue> candidates = candidates(writer);
        if (candidates.stream().mapToLong(RecordQueue::sheddableBytes).sum() < bytes) {
            return false;
        }
        long left = bytes;
        for (Claim claim : CLAIMS) {
            for (RecordQueue candidate : candidates) {
                if (left > 0) {
                    makeNoteRoom(candidate, candidates);
                    left -= candidate.shed(left, claim);
                }
            }
        }
        return left <= 0;
    }

    /**
     * What goes must be noted, and notes are for so many queues only: where they are all taken,
     * queues go of which nothing is left but that.
     */
    private static void makeNoteRoom(RecordQueue candidate, List<RecordQueue> all) {
        for (int i = 0; i < all.size() && candidate.lacksNote(); i++) {
            all.get(i).giveNoteUp();
        }
    }

    /** In the order in which they give up; the writing queue is the last. */
    private List<RecordQueue> candidates(RecordQueue writer) {
        List<RecordQueue> all = queues.get();
        List<RecordQueue> candidates = new ArrayList<>();
        QueueKind[] kinds = QueueKind.values();
        for (int i = kinds.length - 1; i >= writer.name().kind().ordinal(); i--) {
            for (RecordQueue queue : all) {
                if (queue.name().equals(writer.name())) {
                    // Behind it are younger ones of its priority, then those that wait their turn.
                    if (kinds[i] == writer.name().kind()) {
                        break;
                    }
                } else if (queue.name().kind() == kinds[i]) {
                    candidates.add(queue);
                }
            }
        }
        candidates.add(writer);
        return candidates;
    }
}
