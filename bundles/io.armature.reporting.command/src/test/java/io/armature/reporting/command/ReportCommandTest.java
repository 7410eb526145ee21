package io.armature.reporting.command;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.testing.HandClock;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class ReportCommandTest extends CommandContract {

    private ReportCommand command;

    @BeforeEach
    void make() {
        ReportCommand.Settings defaults =
                (ReportCommand.Settings)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ReportCommand.Settings.class},
                                (proxy, method, arguments) -> method.getDefaultValue());
        command = new ReportCommand(new HandClock(), defaults);
    }

    @AfterEach
    void stop() {
        command.stop();
    }

    @Override
    protected Command command() {
        return command;
    }
}
