package io.armature.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service manager while nobody wants anything. */
@Tag("long")
class IdleTest {

    private static final long MILLIS = 300_000;

    @TempDir Path work;

    @Test
    void nothingWakesInFiveMinutesWithAThousandClients() throws Exception {
        Optional<String> hindrance = TracedThreads.hindrance();
        assumeTrue(hindrance.isEmpty(), () -> hindrance.orElse(""));

        assertThat(new IdleBench(work, MILLIS).run(System.out).missed()).isEmpty();
    }
}
