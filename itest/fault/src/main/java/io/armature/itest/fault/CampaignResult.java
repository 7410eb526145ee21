package io.armature.itest.fault;

import java.util.List;

/**
 * What a campaign found.
 *
 * @param offers records the writers offered
 * @param receipts records answered OK
 * @param inFlightRounds rounds that ended with offered records unanswered
 * @param duplicates records that the server got again
 * @param batchesLost batches that the link lost after the device was told they were taken
 * @param refused records answered with an error
 * @param shed records given up for want of space
 * @param complaints broken promises; none if all is well
 */
record CampaignResult(
        long seed,
        int rounds,
        int offers,
        int receipts,
        int inFlightRounds,
        long duplicates,
        int batchesLost,
        int refused,
        long shed,
        List<String> complaints) {

    /** One line with all figures. */
    String summary() {
        return "seed="
                + seed
                + " rounds="
                + rounds
                + " offered="
                + offers
                + " ok="
                + receipts
                + " rounds-with-writes-in-flight="
                + inFlightRounds
                + " sent-again="
                + duplicates
                + " batches-lost="
                + batchesLost
                + " refused="
                + refused
                + " shed="
                + shed
                + " complaints="
                + complaints.size();
    }

    /** Whether records that were answered OK are missing or wrong. */
    boolean losses() {
        return complaints.stream().anyMatch(c -> c.startsWith("LOST") || c.startsWith("OTHER"));
    }
}
