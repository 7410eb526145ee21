package io.armature.reporting.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.services.api.Hold;
import io.armature.services.api.testing.FakeServiceManager;
import io.armature.services.api.testing.InterruptedManagers;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReportCommandTest extends CommandContract {

    private final FakeServiceManager services = new FakeServiceManager();
    private ReportCommand.Settings defaults;
    private ReportCommand command;

    @BeforeEach
    void make() {
        defaults =
                (ReportCommand.Settings)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ReportCommand.Settings.class},
                                (proxy, method, arguments) -> method.getDefaultValue());
        command = new ReportCommand(new HandClock(), defaults);
        command.bindServices(services.user(0));
    }

    @AfterEach
    void stop() {
        command.stop();
    }

    @Override
    protected Command command() {
        return command;
    }

    @Test
    void standInOutlivesItsManager() {
        ReportCommands before = (ReportCommands) command.create(new MemoryTerminal(""));
        command.unbindServices(services.user(0));
        command.bindServices(new FakeServiceManager().user(0));
        services.publish(Reporting.class, new MemoryReporting());
        assertThat(new CommandLine(before).execute("list")).isZero();
        assertThat(new CommandLine(command.create(new MemoryTerminal(""))).execute("list"))
                .isZero();
    }

    @Test
    void ofTwoManagersAtOnceOneStandInIsKeptAndTheOtherClosed() {
        ReportCommand fresh = new ReportCommand(new HandClock(), defaults);
        InterruptedManagers managers = new InterruptedManagers();
        fresh.bindServices(managers.manager(() -> fresh.bindServices(managers.manager(() -> {}))));
        assertThat(managers.made()).isEqualTo(2);
        assertThat(managers.open()).isOne();
        fresh.stop();
        assertThat(managers.open()).isZero();
    }

    @Test
    void callsAreHeldInNumberAndTimeAsTheSettingsSay() {
        Hold hold = ReportCommand.hold(defaults);
        assertThat(hold.limit()).isEqualTo(4096);
        assertThat(hold.time()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void awaySpoolIsUnavailableAndRetryable() {
        assertThat(ReportCommand.hold(defaults).away().apply("it is away; try again"))
                .isInstanceOfSatisfying(
                        ReportingException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE);
                            assertThat(e.code().retryable()).isTrue();
                        });
    }

    @Test
    void onlyUnavailableOfALeavingSpoolIsMadeAgain() {
        for (StatusCode code : StatusCode.values()) {
            assertThat(
                            ReportCommand.hold(defaults)
                                    .handedBack()
                                    .test(new ReportingException(code, "stopping")))
                    .isEqualTo(code == StatusCode.UNAVAILABLE);
        }
        assertThat(ReportCommand.hold(defaults).handedBack().test(new IllegalStateException()))
                .isFalse();
    }

    @Test
    void aReplacedCommandReadsNoMoreAndEveryLineThatItReadHasItsReceipt() throws Exception {
        services.publish(Reporting.class, new MemoryReporting());
        MemoryTerminal terminal = new MemoryTerminal(Path.of("/"), Map.of());
        CompletableFuture<String> said = new CompletableFuture<>();
        CommandLine line = new CommandLine(command.create(terminal));
        line.setExecutionExceptionHandler(
                (failure, self, parsed) -> {
                    said.complete(failure.getMessage());
                    return 1;
                });
        String[] words = {
            "enqueue", "--priority", "FAST_BATCH", "--destination", "HEARTBEAT_EVENTS"
        };
        Thread caller = new Thread(() -> line.execute(words));
        caller.start();
        terminal.type("one\n");
        terminal.awaitLines(1);
        command.stop();
        terminal.type("two\nthree\n");

        String end = said.get(30, TimeUnit.SECONDS);
        caller.join();
        // The second line may have been on its way before the end was seen, the third was not.
        List<String> receipts = terminal.printed().lines().toList();
        assertThat(receipts).hasSizeBetween(1, 2);
        assertThat(receipts.get(0)).startsWith("OK FAST_BATCH ");
        assertThat(receipts.subList(1, receipts.size()))
                .allMatch(receipt -> receipt.startsWith("FAILED UNAVAILABLE:"));
        assertThat(end).contains("is being replaced", "the first " + receipts.size() + " lines");
    }
}
