package io.armature.itest.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a campaign found.
 *
 * @param offers records the writers offered
 * @param receipts records answered OK
 * @param inFlightRounds rounds that ended with offered records unanswered
 * @param recoveryRounds rounds that ended before the spool was open
 * @param torn ends of segments that held a frame written in part
 * @param duplicates records that the server got again, with the same bytes
 * @param batchesLost batches that the link lost after the device was told they were taken
 * @param refused records answered with an error
 * @param shed records given up for want of space
 * @param met what went wrong at fault points, and how often
 * @param complaints broken promises, and what the campaign should have met and did not; none if all
 *     is well
 */
record CampaignResult(
        long seed,
        int rounds,
        int offers,
        int receipts,
        int inFlightRounds,
        int recoveryRounds,
        int torn,
        long duplicates,
        int batchesLost,
        int refused,
        long shed,
        Map<String, Integer> met,
        List<String> complaints) {

    /** Words that complaints begin with which say that the campaign itself was too weak. */
    private static final List<String> OF_THE_CAMPAIGN = List.of("WEAK", "UNCOVERED");

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
                + " cut-in-recovery="
                + recoveryRounds
                + " torn="
                + torn
                + " faults="
                + met.values().stream().mapToInt(n -> n).sum()
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

    /** One line a fault point: how often each harm happened there. */
    String table() {
        StringBuilder table = new StringBuilder("| Fault point");
        for (Harm harm : Harm.values()) {
            table.append(" | ").append(harm);
        }
        table.append(" |\n");
        for (FaultPoint point : FaultPoint.values()) {
            table.append("| ").append(point);
            for (Harm harm : Harm.values()) {
                Integer count = met.get(new Injection.Target(point, harm).toString());
                table.append(" | ");
                table.append(
                        point.harms().contains(harm)
                                ? String.valueOf(count == null ? 0 : count)
                                : "–");
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    /** Whether a promise was broken, not only the campaign too weak. */
    boolean broken() {
        return complaints.stream().anyMatch(c -> OF_THE_CAMPAIGN.stream().noneMatch(c::startsWith));
    }

    /** How many complaints there are of each kind. */
    Map<String, Long> kinds() {
        return complaints.stream()
                .collect(
                        Collectors.groupingBy(
                                c -> c.split(" ", 2)[0], TreeMap::new, Collectors.counting()));
    }

    /** With these complaints as well. */
    CampaignResult complaining(List<String> more) {
        CampaignResult nothing =
                new CampaignResult(seed, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), more);
        return plus(nothing);
    }

    /** Both together; the seed is this one's. */
    CampaignResult plus(CampaignResult other) {
        Map<String, Integer> all = new TreeMap<>(met);
        other.met.forEach((target, count) -> all.merge(target, count, Integer::sum));
        List<String> both = new ArrayList<>(complaints);
        both.addAll(other.complaints);
        return new CampaignResult(
                seed,
                rounds + other.rounds,
                offers + other.offers,
                receipts + other.receipts,
                inFlightRounds + other.inFlightRounds,
                recoveryRounds + other.recoveryRounds,
                torn + other.torn,
                duplicates + other.duplicates,
                batchesLost + other.batchesLost,
                refused + other.refused,
                shed + other.shed,
                all,
                List.copyOf(both));
    }
}
