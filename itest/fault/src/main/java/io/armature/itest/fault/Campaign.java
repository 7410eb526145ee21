package io.armature.itest.fault;

import io.armature.itest.fault.Injection.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rounds of writing and dying on one spool, then a quiet run until the server has everything, then
 * judgement. The plan follows from the seed.
 */
final class Campaign {

    private static final int WRITERS = 4;
    private static final int MORE_TRIES = 12;
    private static final int PLAIN_ROUNDS = 2;
    private static final long DRAIN_SECONDS = 120;
    private static final long MUTANT_SECONDS = 5;

    private final long seed;
    private final Random random;
    private final Mutant mutant;
    private final Optional<Path> changed;
    private final Room room;
    private final Path directory;
    private final Tally tally = new Tally();
    private final List<String> complaints = new ArrayList<>();
    private final long[] next = new long[WRITERS];
    private final FakeServer server;
    private final Counters counters = new Counters();
    private final Aftermath aftermath;
    private final Notes notes;

    /**
     * @param changed classes of a mutant that take the place of the spool's
     * @param room the spool's disk
     * @param directory empty; holds platter, keys, receipts and the devices' log
     */
    Campaign(long seed, Mutant mutant, Optional<Path> changed, Room room, Path directory)
            throws IOException {
        this.seed = seed;
        this.random = new Random(seed);
        this.mutant = mutant;
        this.changed = changed;
        this.room = room;
        this.directory = Files.createDirectories(directory);
        ServerKeys keys = ServerKeys.make();
        keys.provision(DeviceLife.keys(directory));
        this.server = new FakeServer(keys);
        this.aftermath = new Aftermath(DeviceLife.platter(directory));
        this.notes = new Notes(directory);
    }

    /** Every target in turn, as often as it takes, and random rounds. */
    CampaignResult sweep(List<Target> targets, int randomRounds)
            throws IOException, InterruptedException {
        try (Ledger ledger = new Ledger(directory, WRITERS)) {
            run(Sweep.plain(PLAIN_ROUNDS, random), ledger);
            run(Sweep.plans(targets, false, random), ledger);
            for (int i = 0; i < MORE_TRIES && !notes.uncovered(targets).isEmpty(); i++) {
                // Some points are met only where an earlier life left something to read.
                run(Sweep.plain(1, random), ledger);
                run(Sweep.plans(notes.uncovered(targets), true, random), ledger);
            }
            run(Sweep.random(randomRounds, random), ledger);
            notes.uncovered(targets).forEach(target -> complaints.add("UNCOVERED " + target));
            return result(ledger);
        }
    }

    /** These rounds only. */
    CampaignResult run(List<RoundPlan> plans) throws IOException, InterruptedException {
        try (Ledger ledger = new Ledger(directory, WRITERS)) {
            run(plans, ledger);
            return result(ledger);
        }
    }

    private void run(List<RoundPlan> plans, Ledger ledger)
            throws IOException, InterruptedException {
        for (RoundPlan plan : plans) {
            Round round = new Round(plan, seed, room, server, counters, ledger, next, tally);
            complaints.addAll(
                    round.run(
                            new DeviceLife(
                                    directory,
                                    mutant,
                                    changed,
                                    room,
                                    plan.injections(),
                                    plan.haltAt(),
                                    plan.badBlocks(),
                                    plan.seed())));
            aftermath.look();
        }
    }

    private CampaignResult result(Ledger ledger) throws IOException, InterruptedException {
        Drain drain =
                new Drain(
                        server,
                        counters,
                        tally,
                        mutant == Mutant.NONE ? DRAIN_SECONDS : MUTANT_SECONDS);
        complaints.addAll(
                drain.run(
                        new DeviceLife(
                                directory, mutant, changed, room, List.of(), 0, false, seed)));
        complaints.addAll(Judge.complaints(seed, ledger, server, counters, aftermath.damaged()));
        complaints.addAll(notes.unnamed());
        return new CampaignResult(
                seed,
                tally.rounds(),
                ledger.offers(),
                ledger.receipts().size(),
                tally.roundsWithWritesInFlight(),
                tally.roundsCutInRecovery(),
                aftermath.torn(),
                server.duplicates(),
                tally.batchesLost(),
                tally.refused(),
                counters.shed(),
                notes.met(),
                List.copyOf(complaints));
    }

    /**
     * The whole campaign, in parts that run beside each other: each harm at each fault point, then
     * random rounds.
     *
     * @param parts each on a spool of its own
     * @param directory empty
     */
    static CampaignResult whole(long seed, int parts, int randomRounds, Path directory)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parts);
        try {
            List<Future<CampaignResult>> results = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
                int part = i;
                results.add(
                        threads.submit(
                                () ->
                                        new Campaign(
                                                        seed + part,
                                                        Mutant.NONE,
                                                        Optional.empty(),
                                                        Room.AMPLE,
                                                        directory.resolve("part" + part))
                                                .sweep(
                                                        Sweep.share(part, parts),
                                                        randomRounds / parts)));
            }
            CampaignResult all = results.get(0).get();
            for (Future<CampaignResult> result : results.subList(1, parts)) {
                all = all.plus(result.get());
            }
            return strong(all);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * A campaign in which there is less space than the spool's queues begin with.
     *
     * @param directory empty
     */
    static CampaignResult withoutSpace(long seed, int rounds, Path directory)
            throws IOException, InterruptedException {
        Random random = new Random(seed);
        CampaignResult result =
                new Campaign(seed, Mutant.NONE, Optional.empty(), Room.TIGHT, directory)
                        .run(Sweep.shedding(rounds, random));
        List<String> weak = weak(result);
        if (result.shed() == 0) {
            weak.add("WEAK nothing was shed");
        }
        return result.complaining(weak);
    }

    /**
     * A campaign of random rounds on a disk that takes as long to force as an SD card.
     *
     * @param directory empty
     */
    static CampaignResult withSlowForces(long seed, int rounds, Path directory)
            throws IOException, InterruptedException {
        Random random = new Random(seed);
        CampaignResult result =
                new Campaign(seed, Mutant.NONE, Optional.empty(), Room.SLOW, directory)
                        .run(Sweep.random(rounds, random));
        return result.complaining(weak(result));
    }

    /** Complains as well if the campaign did not come close enough to matter. */
    private static CampaignResult strong(CampaignResult result) {
        List<String> weak = weak(result);
        if (result.recoveryRounds() == 0) {
            weak.add("WEAK no round was cut during recovery");
        }
        if (result.torn() == 0) {
            weak.add("WEAK no write was torn");
        }
        return result.complaining(weak);
    }

    /** What any campaign must have met. */
    private static List<String> weak(CampaignResult result) {
        List<String> weak = new ArrayList<>();
        if (result.inFlightRounds() == 0) {
            weak.add("WEAK no round was killed with a write in flight");
        }
        if (result.duplicates() == 0) {
            weak.add("WEAK nothing was sent again");
        }
        return weak;
    }

    /**
     * {@code Campaign ROUNDS [SEED [TIGHT|SLOW]]}: each harm at each fault point, then so many
     * random rounds; or so many without space, or on a slow disk; prints its figures; exit code 1
     * if a promise was broken or the campaign was too weak.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Path directory = Files.createTempDirectory("armature-fault");
        System.out.println("seed=" + seed + " directory=" + directory);
        Room room = args.length > 2 ? Room.valueOf(args[2]) : Room.AMPLE;
        CampaignResult result =
                switch (room) {
                    case AMPLE -> whole(seed, 2, rounds, directory);
                    case TIGHT -> withoutSpace(seed, rounds, directory);
                    case SLOW -> withSlowForces(seed, rounds, directory);
                };
        System.out.print(result.table());
        System.out.println(result.summary());
        result.complaints().forEach(System.out::println);
        System.exit(result.complaints().isEmpty() ? 0 : 1);
    }
}
