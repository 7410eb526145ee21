package io.armature.reporting.upload;

/** Why a read pass starts (section 7.1 of the specification), strongest last. */
public enum Reason {
    /** After each write where the period is zero: only what was not offered yet. */
    IMMEDIATE_FLUSH(Offer.NEW),
    /** The batch before was full and was taken: goes on behind it. */
    CONTINUATION(Offer.NEW),
    PERIODIC(Offer.ALL),
    INIT_RESUME(Offer.ALL),
    INCOMPLETE_RETRY(Offer.ALL),
    FAILURE_RETRY(Offer.ALL),
    MANUAL(Offer.ALL);

    /** Where a pass starts. */
    enum Offer {
        /** Behind what the uploader took last. */
        NEW,
        /** At the first unconfirmed id. */
        ALL
    }

    private final Offer offer;

    Reason(Offer offer) {
        this.offer = offer;
    }

    Offer offer() {
        return offer;
    }

    static Reason stronger(Reason one, Reason other) {
        return one == null || one.compareTo(other) < 0 ? other : one;
    }
}
