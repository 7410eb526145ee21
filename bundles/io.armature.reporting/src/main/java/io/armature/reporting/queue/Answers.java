package io.armature.reporting.queue;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers callers. The committer's own thread answers a small group by itself, which costs nothing,
 * and leaves a large one to another, since waking many callers takes longer than the next force. A
 * caller that writes answers itself and nobody else: what others attached is not for its thread.
 */
final class Answers {

    private static final int SMALL_GROUP = 4;

    private Answers() {}

    /**
     * @param awaited what the calling thread waits for, null for the committer's own thread
     */
    static void stored(
            Ground ground,
            QueueName name,
            long generationId,
            List<PendingWrite> group,
            Receipt awaited) {
        List<PendingWrite> later = new ArrayList<>();
        for (PendingWrite write : group) {
            if (awaited == null ? group.size() <= SMALL_GROUP : write.answer == awaited) {
                tell(name, generationId, write);
            } else {
                later.add(write);
            }
        }
        if (!later.isEmpty()) {
            ground.answers().execute(() -> later.forEach(write -> tell(name, generationId, write)));
        }
        releaseMemory(ground, group);
    }

    private static void tell(QueueName name, long generationId, PendingWrite write) {
        write.answer.complete(
                new Enqueued(name.kind().priority(), name.guid(), generationId, write.id));
    }

    static void failed(Ground ground, List<PendingWrite> writes, ReportingException why) {
        if (writes.isEmpty()) {
            return;
        }
        ground.answers()
                .execute(() -> writes.forEach(write -> write.answer.completeExceptionally(why)));
        releaseMemory(ground, writes);
    }

    private static void releaseMemory(Ground ground, List<PendingWrite> writes) {
        ground.memory().releaseWrite(writes.stream().mapToLong(write -> write.memoryBytes).sum());
    }
}
