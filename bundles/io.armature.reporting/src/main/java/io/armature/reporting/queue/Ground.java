package io.armature.reporting.queue;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Randomness;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.storage.Storage;
import java.util.concurrent.Executor;

/**
 * What all queues of a spool stand on.
 *
 * @param shedding makes room where a record finds no space
 * @param shed what was given up for that
 * @param answers completes callers of large groups, so that the committer goes on at once
 * @param segmentBytes length of a full-grown segment; one with a larger record is longer
 * @param firstSegmentBytes length of a queue's first segment; each next one doubles up to the full
 *     length, so that small queues stay small
 */
public record Ground(
        Storage storage,
        LostAndFound lostAndFound,
        DiskPool disk,
        Shedding shedding,
        ShedLedger shed,
        MemoryPool memory,
        Sealing sealing,
        DeviceClock clock,
        Randomness randomness,
        Executor answers,
        int segmentBytes,
        int firstSegmentBytes) {

    long wallMicros() {
        var now = clock.wall();
        return Math.addExact(now.getEpochSecond() * 1_000_000, now.getNano() / 1_000);
    }
}
