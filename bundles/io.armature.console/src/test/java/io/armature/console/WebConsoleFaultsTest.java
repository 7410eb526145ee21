package io.armature.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A console that cannot be served says so. */
class WebConsoleFaultsTest extends FaultSourceContract {

    private static final long DEADLINE_SECONDS = 10;

    @TempDir private Path run;
    private WebConsole console;

    @AfterEach
    void stop() {
        console.stop();
    }

    @Override
    protected FaultSource healthy() throws Exception {
        WebConsoleTest.Conductor conductor = new WebConsoleTest.Conductor(true);
        console = WebConsoleTest.console(run);
        console.addBoot(conductor);
        console.start();
        assertThat(conductor.announced.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return console;
    }

    /** Its address cannot be written. */
    @Override
    protected FaultSource degraded() throws IOException {
        console = WebConsoleTest.console(Files.writeString(run.resolve("file"), ""));
        console.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (console.faults().isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return console;
    }
}
