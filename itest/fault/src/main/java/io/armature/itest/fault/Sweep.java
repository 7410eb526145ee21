package io.armature.itest.fault;

import io.armature.itest.fault.Injection.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The rounds of a campaign: each harm at each fault point in turn, and kills at random. */
final class Sweep {

    private static final int ERRORS_A_ROUND = 8;
    private static final int PLAIN_ANSWERS = 120;

    private Sweep() {}

    /** The targets of one of several campaigns that run beside each other. */
    static List<Target> share(int number, int of) {
        List<Target> all = Target.all();
        List<Target> share = new ArrayList<>();
        for (int i = number; i < all.size(); i += of) {
            share.add(all.get(i));
        }
        return share;
    }

    /**
     * Each target once, in random order: one kill a round, several errors a round. The first rounds
     * only gather something to lose.
     */
    static List<RoundPlan> plans(List<Target> targets, boolean atOnce, Random random) {
        List<RoundPlan> plans = new ArrayList<>();
        List<Target> errors = new ArrayList<>();
        for (Target target : targets) {
            if (target.harm().kills()) {
                plans.add(RoundPlan.of(List.of(target), atOnce, random));
            } else {
                errors.add(target);
            }
        }
        Collections.shuffle(errors, random);
        while (!errors.isEmpty()) {
            plans.add(RoundPlan.of(together(errors), atOnce, random));
        }
        Collections.shuffle(plans, random);
        return plans;
    }

    /** Takes as many errors as one life has room for. */
    private static List<Target> together(List<Target> left) {
        List<Target> chosen = new ArrayList<>();
        for (Target target : List.copyOf(left)) {
            boolean room =
                    chosen.size() < ERRORS_A_ROUND
                            && chosen.stream()
                                    .noneMatch(other -> other.point().excludes(target.point()));
            if (room) {
                chosen.add(target);
                left.remove(target);
            }
        }
        return chosen;
    }

    /** Rounds in which nothing but kills goes wrong. */
    static List<RoundPlan> plain(int rounds, Random random) {
        List<RoundPlan> plans = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            plans.add(RoundPlan.answered(1 + random.nextInt(PLAIN_ANSWERS), random));
        }
        return plans;
    }

    /** Rounds without space: kills at any moment, some of them where it is noted what is shed. */
    static List<RoundPlan> shedding(int rounds, Random random) {
        List<RoundPlan> plans = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            plans.add(RoundPlan.shedding(random));
        }
        return plans;
    }

    /** Rounds of any kind. */
    static List<RoundPlan> random(int rounds, Random random) {
        List<RoundPlan> plans = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            plans.add(RoundPlan.random(random));
        }
        return plans;
    }
}
