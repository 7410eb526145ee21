package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenedBudgetTest {

    private final OpenedBudget budget = new OpenedBudget(10);

    @Test
    void laterPiecesWaitForRoomAndTheAwaitedOneNever() throws Exception {
        budget.opened(11);
        CompletableFuture<Void> later = awaiting(2);
        awaiting(0).get(60, TimeUnit.SECONDS);
        assertThat(later).isNotDone();
        budget.waitingFor(2);
        later.get(60, TimeUnit.SECONDS);
    }

    @Test
    void storingMakesRoom() throws Exception {
        budget.opened(11);
        CompletableFuture<Void> later = awaiting(7);
        budget.stored(1);
        later.get(60, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> awaiting(long number) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                budget.awaitRoom(number);
                                done.complete(null);
                            } catch (InterruptedException e) {
                                done.completeExceptionally(e);
                            }
                        })
                .start();
        return done;
    }
}
