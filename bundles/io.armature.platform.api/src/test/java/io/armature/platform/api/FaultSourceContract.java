package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link FaultSource} keeps. A provider's test extends it. */
public abstract class FaultSourceContract {

    private static final long DEADLINE_SECONDS = 60;

    /** A source of which all is well. */
    protected abstract FaultSource healthy() throws Exception;

    /** A source with at least one fault. */
    protected abstract FaultSource degraded() throws Exception;

    @Test
    public void nothingIsToldWhenAllIsWell() throws Exception {
        assertThat(healthy().faults()).isEmpty();
    }

    @Test
    public void faultIsOneLineThatNamesPartAndSubject() throws Exception {
        List<Fault> faults = degraded().faults();
        assertThat(faults).isNotEmpty();
        for (Fault fault : faults) {
            assertThat(fault.source()).isNotBlank().doesNotContain("\n");
            assertThat(fault.subject()).isNotBlank().doesNotContain("\n");
            assertThat(fault.reason()).isNotBlank().doesNotContain("\n");
        }
    }

    @Test
    public void listIsTheCallersSnapshotFromAnyThread() throws Exception {
        FaultSource source = degraded();
        List<Fault> first = source.faults();
        assertThatThrownBy(() -> first.add(new Fault("a", "b", "c")))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(
                        CompletableFuture.supplyAsync(source::faults)
                                .get(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(first);
    }
}
