package io.armature.boot.application;

import io.armature.boot.timeline.BootRecord;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.ProcessLauncher;
import io.armature.platform.api.ProcessLauncher.Child;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the application's process running (boot.md 2.1). Status 0, a user's logout, is answered by
 * a start without limit, 3 and 4 (the device is to be wiped or goes down) by none, all else by a
 * start until it has happened too often. Pid and ends are in the boot's record, so that an updated
 * supervisor goes on.
 */
public final class ApplicationProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationProcess.class);
    private static final String PID = "application-pid";
    private static final String ENDS = "application-ends";
    private static final String GIVEN_UP = "application-given-up";
    private static final long NANOS = 1_000_000_000L;
    private static final int LOGOUT = 0;
    private static final int MUST_WIPE = 3;
    private static final int GOING_DOWN = 4;

    /**
     * What is started.
     *
     * @param command program and arguments
     * @param root the device's root, told to the process
     * @param log its output; at 4 MiB it is cut, and three old ones are kept
     */
    public record Program(List<String> command, Path root, Path log) {}

    private static final Duration LOOK_AT_LOG = Duration.ofSeconds(10);

    private final Program program;
    private final ApplicationLog log;
    private final ProcessLauncher launcher;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final BootRecord record;
    private final ApplicationToken token;
    private final Executor serial;

    // confined to serial
    private Child child;
    private boolean stopped;

    /**
     * @param serial runs one thing after another
     */
    public ApplicationProcess(
            Program program,
            ProcessLauncher launcher,
            DeviceClock clock,
            Randomness randomness,
            BootRecord record,
            Executor serial) {
        this.program = program;
        log = new ApplicationLog(program.log());
        this.launcher = launcher;
        this.clock = clock;
        this.randomness = randomness;
        this.record = record;
        this.serial = serial;
        token = new ApplicationToken(record);
    }

    /**
     * Starts it, or takes over the one that an earlier supervisor started; does nothing once it was
     * stopped.
     */
    public void start() {
        serial.execute(
                () -> {
                    if (stopped) {
                        return;
                    }
                    long pid = record.number(PID, -1);
                    Optional<Child> running = pid < 0 ? Optional.empty() : launcher.running(pid);
                    if (running.isPresent()) {
                        watch(running.get());
                    } else if (pid >= 0) {
                        ended(-1);
                    } else {
                        launch();
                    }
                    keepLogShort();
                });
    }

    private void keepLogShort() {
        if (!stopped && record.number(GIVEN_UP, 0) == 0) {
            log.trim();
            clock.after(LOOK_AT_LOG, serial, this::keepLogShort);
        }
    }

    /** Looks after it no more; the process goes on. */
    public void leave() {
        serial.execute(() -> stopped = true);
    }

    /** Ends it for good. */
    public void stop() {
        serial.execute(
                () -> {
                    stopped = true;
                    if (child != null) {
                        child.stop();
                    }
                });
    }

    private void launch() {
        try {
            Child started =
                    launcher.start(
                            program.command(),
                            Map.of(
                                    ApplicationToken.VARIABLE,
                                    token.issue(randomness),
                                    "ARMATURE_ROOT",
                                    program.root().toString()),
                            program.log());
            record.note(PID, started.pid());
            LOG.info("application started pid={}", started.pid());
            watch(started);
        } catch (IOException e) {
            LOG.error("application cannot be started command={}", program.command(), e);
            record.failed("application", "cannot be started: " + e.getMessage());
        }
    }

    private void watch(Child running) {
        child = running;
        running.exit()
                .whenComplete(
                        (status, failure) ->
                                serial.execute(() -> ended(status == null ? -1 : status)));
    }

    private void ended(int status) {
        if (stopped || record.number(GIVEN_UP, 0) != 0) {
            return;
        }
        if (status == LOGOUT) {
            LOG.info("application ended status=0 starts again");
            launch();
        } else if (status == MUST_WIPE || status == GOING_DOWN) {
            giveUp(status, "ended with status " + status + ", which asks not to be started again");
        } else {
            failed(status);
        }
    }

    private void failed(int status) {
        RespawnWindow window =
                RespawnWindow.ofApplication()
                        .restored(record.text(ENDS))
                        .ended(clock.monotonicNanos() / NANOS);
        record.text(ENDS, window.text());
        if (window.mayStart()) {
            LOG.warn("application ended status={} starts again", status);
            launch();
        } else {
            giveUp(
                    status,
                    "ended "
                            + window.ends().size()
                            + " times in "
                            + window.windowSeconds()
                            + " s, last with status "
                            + status
                            + "; not started again, see "
                            + program.log());
        }
    }

    private void giveUp(int status, String why) {
        LOG.error("application ended status={} given up", status);
        record.note(GIVEN_UP, 1);
        record.failed("application", why);
    }
}
