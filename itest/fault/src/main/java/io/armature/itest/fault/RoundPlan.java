package io.armature.itest.fault;

import java.util.Random;

/**
 * How one round ends; follows from the campaign's seed and the round's number alone.
 *
 * @param end what ends it
 * @param at after how many of these
 * @param seed for all that is random within the round
 */
record RoundPlan(int number, End end, int at, long seed) {

    /** What ends a round. */
    enum End {
        /** The device halts itself before its n-th step on the disk. */
        STEP,
        /** The device is killed once n records were offered. */
        OFFERED,
        /** The device is killed once n records were answered OK. */
        ANSWERED,
        /** The device is killed once the server got n batches. */
        BATCHES,
        /** The n-th step on the disk fails, and the device is killed 40 answers later. */
        STEP_FAILS
    }

    static RoundPlan of(long campaignSeed, int number) {
        Random random = new Random(campaignSeed * 1_000_003 + number);
        End end = End.values()[random.nextInt(End.values().length)];
        int at =
                switch (end) {
                    case STEP, STEP_FAILS -> 1 + random.nextInt(random.nextBoolean() ? 40 : 600);
                    case OFFERED -> 1 + random.nextInt(400);
                    case ANSWERED -> 1 + random.nextInt(300);
                    case BATCHES -> 1 + random.nextInt(40);
                };
        return new RoundPlan(number, end, at, random.nextLong());
    }
}
