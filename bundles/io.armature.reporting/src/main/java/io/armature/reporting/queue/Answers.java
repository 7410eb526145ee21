package io.armature.reporting.queue;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import java.util.List;

/**
 * Answers callers. A small group is answered on the committer's own thread, which costs nothing; a
 * large one on another, since waking many callers takes longer than the next force.
 */
final class Answers {

    private static final int SMALL_GROUP = 4;

    private Answers() {}

    static void stored(Ground ground, QueueName name, long generationId, List<PendingWrite> group) {
        Runnable tell =
                () -> {
                    for (PendingWrite write : group) {
                        write.answer.complete(
                                new Enqueued(
                                        name.kind().priority(),
                                        name.guid(),
                                        generationId,
                                        write.id));
                    }
                };
        if (group.size() <= SMALL_GROUP) {
            tell.run();
            releaseMemory(ground, group);
        } else {
            ground.answers().execute(tell);
            releaseMemory(ground, group);
        }
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
