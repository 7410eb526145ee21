package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    private static final long LIMIT_BYTES = 200;

    @TempDir Path directory;

    private final LoggerContext context = new LoggerContext();
    private Path file;
    private LogFile log;

    @BeforeEach
    void open() {
        file = directory.resolve("armature.log");
        log = new LogFile(file.toFile(), LIMIT_BYTES, 2);
        log.setContext(context);
        log.start();
    }

    @AfterEach
    void close() {
        log.stop();
    }

    @Test
    void writesOneLineAnEvent() throws IOException {
        log.doAppend(event("record stored", null));

        assertThat(Files.readString(file))
                .isEqualTo("2024-02-29T23:59:59.007Z INFO [main] test.Logger - record stored\n");
    }

    @Test
    void startedClosedTheFirstLineMakesTheFile() throws IOException {
        Path later = directory.resolve("later.log");
        LogFile closed = new LogFile(later.toFile(), LIMIT_BYTES, 2);
        closed.setContext(context);
        closed.startClosed();
        assertThat(later).doesNotExist();

        closed.doAppend(event("record stored", null));
        closed.stop();

        assertThat(later).content().endsWith("record stored\n");
    }

    @Test
    void aPeerCannotForgeLines() throws IOException {
        log.doAppend(event("user=x\n2024-01-01T00:00:00.000Z ERROR forged\u001b[31m", null));

        assertThat(Files.readString(file)).endsWith(" ERROR forged [31m\n").containsOnlyOnce("\n");
    }

    @Test
    void writesStackTraces() throws IOException {
        log.doAppend(event("failed", new IllegalStateException("why")));

        assertThat(Files.readString(file)).contains("java.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void putsFullFilesAsideAndKeepsTwo() throws IOException {
        for (int i = 0; i < 40; i++) {
            log.doAppend(event("line " + i, null));
        }

        assertThat(directory.toFile().list())
                .containsExactlyInAnyOrder("armature.log", "armature.log.1", "armature.log.2");
        assertThat(Files.readString(file)).contains("line 39");
        assertThat(file).satisfies(f -> assertThat(Files.size(f)).isLessThanOrEqualTo(LIMIT_BYTES));
        assertThat(Files.size(directory.resolve("armature.log.1")))
                .isLessThanOrEqualTo(LIMIT_BYTES);
    }

    @Test
    void goesOnInAFileOfItsNameAfterReopening() throws IOException {
        log.doAppend(event("before", null));
        Files.move(file, directory.resolve("moved"));
        log.doAppend(event("between", null));

        log.reopen();
        log.doAppend(event("after", null));

        assertThat(Files.readString(directory.resolve("moved"))).contains("before", "between");
        assertThat(Files.readString(file)).contains("after").doesNotContain("between");
    }

    @Test
    void losesLinesAndNothingElseWhenItCannotWrite() throws IOException {
        log.stop();
        Files.delete(file);
        Files.delete(directory);
        log.start();

        log.doAppend(event("lost", null));

        Files.createDirectory(directory);
        log.doAppend(event("found", null));
        assertThat(Files.readString(file)).contains("found");
    }

    private LoggingEvent event(String message, Throwable failure) {
        LoggingEvent event =
                new LoggingEvent(
                        "test",
                        context.getLogger("test.Logger"),
                        Level.INFO,
                        message,
                        failure,
                        null);
        event.setThreadName("main");
        event.setTimeStamp(1_709_251_199_007L);
        return event;
    }
}
