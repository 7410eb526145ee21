package io.armature.reporting.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.services.api.Hold;
import io.armature.services.api.testing.FakeServiceManager;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
        command = new ReportCommand(services.user(0), new HandClock(), defaults);
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
}
