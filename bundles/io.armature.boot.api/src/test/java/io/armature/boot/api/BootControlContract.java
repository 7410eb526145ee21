package io.armature.boot.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What every {@link BootControl} keeps. A provider's test extends it. */
public abstract class BootControlContract {

    /** What the profile's application sees. */
    protected abstract BootControl application();

    /** What another bundle sees. */
    protected abstract BootControl stranger();

    /** Lets the boot go on as far as it can without another announcement. */
    protected abstract void settle();

    private boolean done(Phase phase) {
        CompletableFuture<Void> reached = application().reached(phase).toCompletableFuture();
        assertThat(reached.isCompletedExceptionally()).as("failed").isFalse();
        return reached.isDone();
    }

    @Test
    public void onlyTheApplicationIsOne() {
        assertThat(application().isApplication()).isTrue();
        assertThat(stranger().isApplication()).isFalse();
        settle();
        assertThat(stranger().isApplication()).isFalse();
    }

    @Test
    public void phasesUpToBootServicesNeedNoAnnouncement() {
        settle();
        assertThat(done(Phase.FRAMEWORK)).isTrue();
        assertThat(done(Phase.STARTUP)).isTrue();
        assertThat(done(Phase.BOOT_SERVICES)).isTrue();
        assertThat(done(Phase.APPLICATION)).isFalse();
        assertThat(done(Phase.SYSTEM_SERVICES)).isFalse();
    }

    @Test
    public void whoAskedBeforeIsToldWhenTheMilestoneComes() {
        CompletableFuture<Void> early =
                stranger().reached(Phase.SYSTEM_SERVICES).toCompletableFuture();
        settle();
        assertThat(early).isNotDone();
        application().announceReady();
        settle();
        assertThat(early).isCompleted();
        for (Phase phase : Phase.values()) {
            assertThat(done(phase)).as(phase.label()).isTrue();
        }
    }

    @Test
    public void announcingAgainChangesNothing() {
        settle();
        application().announceReady();
        application().announceReady();
        settle();
        application().announceReady();
        settle();
        assertThat(done(Phase.SYSTEM_SERVICES)).isTrue();
    }

    @Test
    public void announcementBeforeBootServicesCounts() {
        application().announceReady();
        settle();
        assertThat(done(Phase.SYSTEM_SERVICES)).isTrue();
    }

    @Test
    public void anotherBundleMayNotAnnounce() {
        settle();
        assertThatThrownBy(() -> stranger().announceReady()).isInstanceOf(SecurityException.class);
        settle();
        assertThat(done(Phase.APPLICATION)).isFalse();
        assertThat(done(Phase.SYSTEM_SERVICES)).isFalse();
    }

    @Test
    public void whatOneCallerDoesWithAStageNobodyElseSees() {
        stranger().reached(Phase.SYSTEM_SERVICES).toCompletableFuture().complete(null);
        settle();
        assertThat(done(Phase.SYSTEM_SERVICES)).isFalse();
    }

    @Test
    public void phaseMustBeThere() {
        assertThatNullPointerException().isThrownBy(() -> application().reached(null));
    }
}
