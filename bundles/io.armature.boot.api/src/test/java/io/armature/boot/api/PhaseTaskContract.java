package io.armature.boot.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link PhaseTask} keeps. A provider's test extends it. */
public abstract class PhaseTaskContract {

    private static final long DEADLINE_SECONDS = 60;

    /** A task whose work can be done. */
    protected abstract PhaseTask task() throws Exception;

    @Test
    public void nameIsShortAndStays() throws Exception {
        PhaseTask task = task();
        assertThat(task.name()).isNotBlank().hasSizeLessThan(40).doesNotContain("\n");
        assertThat(task.name()).isEqualTo(task.name());
    }

    @Test
    public void workComesToAnEnd() throws Exception {
        CompletionStage<?> work = task().run();
        assertThat(work).isNotNull();
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        work.whenComplete((value, failure) -> over.complete(true));
        assertThat(over.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}
