package io.armature.itest.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What goes wrong in one life of the device.
 *
 * @param end what ends it, unless an injection or a halt does
 * @param at after how many of these
 * @param injections what goes wrong at fault points
 * @param haltAt before which step on the disk the device dies, 0 for none
 * @param swapAt after how many answers another instance takes over, 0 for never
 * @param badBlocks whether parts of the disk cannot be read
 * @param seed for all that is random within the round
 */
record RoundPlan(
        End end,
        int at,
        List<Injection> injections,
        int haltAt,
        int swapAt,
        boolean badBlocks,
        long seed) {

    private static final int ENOUGH_ANSWERS = 250;
    private static final int SOON = 60;

    /** What the campaign kills the device after. */
    enum End {
        /** So many records were offered. */
        OFFERED,
        /** So many records were answered OK. */
        ANSWERED,
        /** The server got so many batches. */
        BATCHES
    }

    /** A kill while records are written and nothing else goes wrong. */
    static RoundPlan answered(int count, Random random) {
        return new RoundPlan(End.ANSWERED, count, List.of(), 0, 0, false, random.nextLong());
    }

    /** A life in which these things go wrong, all at their first passages or a little later. */
    static RoundPlan of(List<Injection.Target> targets, boolean atOnce, Random random) {
        List<Injection> injections = new ArrayList<>();
        for (Injection.Target target : targets) {
            int nth = atOnce ? 1 : 1 + random.nextInt(target.point().frequent() ? 12 : 2);
            injections.add(new Injection(target.point(), target.harm(), nth));
        }
        Stream<FaultPoint> points = targets.stream().map(Injection.Target::point);
        return new RoundPlan(
                End.ANSWERED,
                ENOUGH_ANSWERS,
                injections,
                0,
                targets.stream().anyMatch(t -> t.point().ofSwap()) ? SOON : 0,
                points.anyMatch(FaultPoint::ofBadBlocks),
                random.nextLong());
    }

    /** Any kill in a spool without space. */
    static RoundPlan shedding(Random random) {
        RoundPlan any = random(random);
        List<FaultPoint> points =
                Stream.of(FaultPoint.values()).filter(FaultPoint::ofShedding).toList();
        FaultPoint point = points.get(random.nextInt(points.size()));
        Harm harm = point.harms().get(random.nextInt(point.harms().size()));
        boolean hits = random.nextInt(3) > 0;
        return new RoundPlan(
                any.end(),
                any.at(),
                hits ? List.of(new Injection(point, harm, 1 + random.nextInt(3))) : List.of(),
                hits ? 0 : any.haltAt(),
                0,
                false,
                any.seed());
    }

    /** Any kill, now and then with errors, a swap or bad blocks before it. */
    static RoundPlan random(Random random) {
        End end = End.values()[random.nextInt(End.values().length)];
        int at =
                switch (end) {
                    case OFFERED -> 1 + random.nextInt(400);
                    case ANSWERED -> 1 + random.nextInt(300);
                    case BATCHES -> 1 + random.nextInt(40);
                };
        List<Injection> injections = new ArrayList<>();
        int kind = random.nextInt(10);
        if (kind < 4) {
            injections.add(any(random, true));
        }
        if (kind < 1 || kind > 7) {
            injections.add(any(random, false));
            injections.add(any(random, false));
        }
        int haltAt = kind == 4 ? 1 + random.nextInt(40) : kind == 5 ? random.nextInt(900) : 0;
        int swapAt = random.nextInt(4) == 0 ? 1 + random.nextInt(100) : 0;
        return new RoundPlan(
                end, at, injections, haltAt, swapAt, random.nextInt(8) == 0, random.nextLong());
    }

    private static Injection any(Random random, boolean kills) {
        List<Injection.Target> all =
                Injection.Target.all().stream()
                        .filter(target -> target.harm().kills() == kills)
                        .toList();
        Injection.Target target = all.get(random.nextInt(all.size()));
        int bound = target.point().frequent() ? random.nextBoolean() ? 200 : 20 : 3;
        return new Injection(target.point(), target.harm(), 1 + random.nextInt(bound));
    }

    /** Whether records may be refused. */
    boolean mayRefuse() {
        return swapAt > 0
                || badBlocks
                || injections.stream().anyMatch(injection -> !injection.harm().kills());
    }
}
