package io.armature.itest.fault;

import io.armature.reporting.api.Enqueued;

/**
 * A record that was answered OK, and when it must be on the disk, in entries of the disk's record.
 *
 * @param since entries that were sure to be recorded when the OK arrived
 * @param until the same before the server confirmed it; the largest number if it never did
 */
record Promise(Offer.Key key, Enqueued position, long since, long until) {

    /** Whether a disk must have it that has so many entries for good, and none from another on. */
    boolean binds(long durable, long end) {
        return since <= durable && end <= until;
    }

    Promise confirmedAt(long entries) {
        return new Promise(key, position, since, Math.min(until, entries));
    }
}
