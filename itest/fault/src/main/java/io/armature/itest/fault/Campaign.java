package io.armature.itest.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rounds of writing and dying on one spool, then a quiet run until the server has everything, then
 * judgement. The plan follows from the seed.
 */
public final class Campaign {

    private static final int WRITERS = 4;
    private static final long DRAIN_SECONDS = 120;
    private static final long MUTANT_SECONDS = 5;

    private final long seed;
    private final int rounds;
    private final Mutant mutant;
    private final Room room;
    private final Path directory;

    /**
     * @param room how much disk space the spool has
     * @param directory empty; holds platter, keys, receipts and the devices' log
     */
    Campaign(long seed, int rounds, Mutant mutant, Room room, Path directory) {
        this.seed = seed;
        this.rounds = rounds;
        this.mutant = mutant;
        this.room = room;
        this.directory = directory;
    }

    /** Runs all rounds. */
    CampaignResult run() throws IOException, InterruptedException {
        ServerKeys keys = ServerKeys.make();
        Path provisioned = directory.resolve("keys");
        keys.provision(provisioned);
        Tally tally = new Tally();
        FakeServer server = new FakeServer(keys);
        Counters counters = new Counters();
        List<String> complaints = new ArrayList<>();
        try (Ledger ledger = new Ledger(directory, WRITERS)) {
            long[] next = new long[WRITERS];
            for (int number = 0; number < rounds; number++) {
                RoundPlan plan = RoundPlan.of(seed, number);
                Round round = new Round(plan, seed, room, server, counters, ledger, next, tally);
                complaints.addAll(round.run(arguments(plan), log()));
            }
            Drain drain =
                    new Drain(
                            server,
                            counters,
                            tally,
                            mutant == Mutant.NONE ? DRAIN_SECONDS : MUTANT_SECONDS);
            complaints.addAll(drain.run(arguments(null), log()));
            complaints.addAll(Judge.complaints(seed, ledger, server, counters));
            if (tally.roundsWithWritesInFlight() == 0) {
                complaints.add("WEAK no round was killed with a write in flight");
            }
            if (server.duplicates() == 0) {
                complaints.add("WEAK nothing was sent again");
            }
            if (room == Room.TIGHT && counters.shed() == 0) {
                complaints.add("WEAK nothing was shed");
            }
            return new CampaignResult(
                    seed,
                    rounds,
                    ledger.offers(),
                    ledger.receipts().size(),
                    tally.roundsWithWritesInFlight(),
                    server.duplicates(),
                    tally.batchesLost(),
                    tally.refused(),
                    counters.shed(),
                    List.copyOf(complaints));
        }
    }

    private List<String> arguments(RoundPlan plan) {
        return List.of(
                directory.resolve("platter").toString(),
                directory.resolve("keys").toString(),
                mutant.name(),
                plan == null ? "QUIET" : plan.end().name(),
                plan == null ? "0" : Integer.toString(plan.at()),
                plan == null ? "0" : Long.toString(plan.seed()),
                room.name());
    }

    private Path log() {
        return directory.resolve("device.log");
    }

    /**
     * {@code Campaign ROUNDS [SEED [TIGHT]]}: runs a campaign and prints its result; exit code 1 if
     * a promise was broken.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Path directory = Files.createTempDirectory("armature-fault");
        Room room = args.length > 2 ? Room.valueOf(args[2]) : Room.AMPLE;
        CampaignResult result = new Campaign(seed, rounds, Mutant.NONE, room, directory).run();
        System.out.println(result.summary());
        result.complaints().forEach(System.out::println);
        System.exit(result.complaints().isEmpty() ? 0 : 1);
    }
}
