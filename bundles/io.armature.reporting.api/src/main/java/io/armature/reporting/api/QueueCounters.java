package io.armature.reporting.api;

/**
 * What became of a queue's records since the queue was made. Both counters only rise, also over
 * restarts, kills and power cuts, until the server has confirmed all ids and the queue ends. A
 * power cut may bring a part of a queue back that had ended: {@code accepted} then counts up to the
 * last id of that part, so whoever keeps the counters keeps the highest.
 *
 * @param accepted records that were answered OK: ids 0 to {@code accepted - 1} were given. Ids that
 *     an unreadable disk may have held count in
 * @param shed how many of these were given up for want of space, unconfirmed at that time; each is
 *     offered as a gap until the server confirms it
 * @param highestShedId the last id that was given up; -1 if none was
 */
public record QueueCounters(long accepted, long shed, long highestShedId) {

    /** Counters of a queue that never gave up a record. */
    public static QueueCounters withoutLoss(long accepted) {
        return new QueueCounters(accepted, 0, -1);
    }

    /** The last id that was given; -1 if none was. */
    public long highestId() {
        return accepted - 1;
    }
}
