package io.armature.backend.reporting.audit;

/**
 * What became of ids. {@code ids = confirmed + refused + shed + gaps + inFlight + givenUp +
 * missing}, and {@code confirmed = linked + chainBreaks + unlinked}.
 *
 * @param ids from 0 to the highest one that is stored, or that the device says it has given
 * @param confirmed records that are stored
 * @param refused records that could not be opened, stored as they came
 * @param shed ids that the device gave up for want of space, by its counters
 * @param gaps other ids that the device said it has lost
 * @param inFlight ids that are not stored and that the device still keeps, by its counters
 * @param givenUp ids that never came although what follows did
 * @param missing other ids of which nothing is stored
 * @param duplicates ids that are stored once more
 * @param linked records that name the digest of the record before them
 * @param chainBreaks records that name another one
 * @param unlinked records behind an id whose digest nobody knows
 */
public record Account(
        long ids,
        long confirmed,
        long refused,
        long shed,
        long gaps,
        long inFlight,
        long givenUp,
        long missing,
        long duplicates,
        long linked,
        long chainBreaks,
        long unlinked) {

    public static final Account NONE = new Account(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Account plus(Account other) {
        return new Account(
                ids + other.ids,
                confirmed + other.confirmed,
                refused + other.refused,
                shed + other.shed,
                gaps + other.gaps,
                inFlight + other.inFlight,
                givenUp + other.givenUp,
                missing + other.missing,
                duplicates + other.duplicates,
                linked + other.linked,
                chainBreaks + other.chainBreaks,
                unlinked + other.unlinked);
    }

    /** Ids that nobody can account for. */
    public long unknown() {
        return givenUp + missing;
    }

    /** Whether every id is accounted for, once, and no chain is broken. */
    public boolean whole() {
        return unknown() == 0 && duplicates == 0 && chainBreaks == 0;
    }
}
