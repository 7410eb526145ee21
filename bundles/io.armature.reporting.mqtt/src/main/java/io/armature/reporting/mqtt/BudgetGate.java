package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Turns batches away that the hour's budget has no room for, and tells when it has. Nothing waits
 * here: the spool keeps records better. Not thread safe: belongs to the bridge's thread.
 */
final class BudgetGate {

    private static final Duration LOOK = Duration.ofMinutes(1);

    private final ByteBudget budget;
    private final BridgeSettings settings;
    private final DeviceClock clock;
    private final Executor executor;
    private final OutboxFaults shown;
    private final Runnable room;

    /** Bytes that found no room, by rank; 0 where all did. */
    private final long[] turnedAway = new long[Rank.COUNT];

    private Optional<BudgetFile> kept = Optional.empty();
    private DeviceClock.Timer look;

    BudgetGate(
            BridgeSettings settings,
            DeviceClock clock,
            Executor executor,
            OutboxFaults shown,
            Runnable room) {
        this.budget =
                new ByteBudget(settings.budgetBytesPerHour(), settings.budgetPercents(), clock);
        this.settings = settings;
        this.clock = clock;
        this.executor = executor;
        this.shown = shown;
        this.room = room;
    }

    /** How large a packet of that rank should be at most. */
    long largest(int rank) {
        return Math.max(1, budget.largest(rank));
    }

    boolean allows(int rank, long bytes) {
        return budget.allows(rank, bytes);
    }

    void take(int rank, long bytes) {
        budget.take(rank, bytes);
        kept.ifPresent(BudgetFile::changed);
    }

    /** From now on what is used is kept over restarts; what was used before counts. */
    BudgetFile remember(Function<ByteBudget, BudgetFile> making) {
        BudgetFile file = making.apply(budget);
        kept = Optional.of(file);
        return file;
    }

    /** There is no room for these; returns why. */
    String turnAway(int rank, long bytes) {
        turnedAway[rank] = bytes;
        String text = show();
        if (look == null) {
            look = clock.after(LOOK, executor, this::look);
        }
        return text;
    }

    private void look() {
        look = null;
        boolean any = false;
        boolean all = true;
        for (int rank = 0; rank < turnedAway.length; rank++) {
            if (turnedAway[rank] > 0 && budget.allows(rank, turnedAway[rank])) {
                turnedAway[rank] = 0;
                any = true;
            }
            all &= turnedAway[rank] == 0;
        }
        show();
        if (!all) {
            look = clock.after(LOOK, executor, this::look);
        }
        if (any) {
            room.run();
        }
    }

    private String show() {
        List<String> names = new ArrayList<>();
        for (int rank = 0; rank < turnedAway.length; rank++) {
            if (turnedAway[rank] > 0) {
                names.add(Rank.name(rank));
            }
        }
        String text =
                "the hour's budget of "
                        + settings.budgetBytesPerHour()
                        + " bytes is used up for "
                        + String.join(", ", names)
                        + "; records wait in the spool";
        shown.budget(names.isEmpty() ? "" : text);
        return text;
    }
}
