package io.armature.platform.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.Fault;
import io.armature.platform.settings.SettingsReload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code config reload} prints, and how it ends. */
class ConfigReloadTest {

    private static final SettingsReload CHANGED =
            new SettingsReload(
                    List.of(), List.of(new SettingsReload.Change("p", "port", "8180", "80")));
    private static final SettingsReload REFUSED =
            new SettingsReload(
                    List.of(new Fault("configuration", "etc/armature/a.json: p/port", "not so")),
                    List.of());

    @TempDir private Path root;
    private final AtomicReference<CommandFailure> failure = new AtomicReference<>();

    private String printed(int code, Optional<ConfigWord.Reloading> device, String... words) {
        MemoryTerminal terminal = new MemoryTerminal("", root);
        CommandLine line =
                new CommandLine(new ConfigWord(root.resolve("settings"), root, device, terminal));
        line.setExecutionExceptionHandler(
                (e, used, parsed) -> {
                    failure.set((CommandFailure) e);
                    return ((CommandFailure) e).exitCode().code();
                });
        assertThat(line.execute(words)).isEqualTo(code);
        terminal.out().flush();
        return terminal.printed();
    }

    @Test
    void changesArePrinted() {
        assertThat(printed(0, Optional.of(() -> CHANGED), "reload"))
                .isEqualTo("p/port: 8180 -> 80\n");
        assertThat(printed(0, Optional.of(() -> CHANGED), "reload", "--json"))
                .isEqualTo(
                        "{\"changed\":[{\"pid\":\"p\",\"key\":\"port\",\"before\":\"8180\","
                                + "\"now\":\"80\"}],\"faults\":[]}\n");
        assertThat(
                        printed(
                                0,
                                Optional.of(() -> new SettingsReload(List.of(), List.of())),
                                "reload"))
                .isEqualTo("nothing was changed\n");
    }

    @Test
    void faultsArePrintedAndEndWithOne() {
        assertThat(printed(1, Optional.of(() -> REFUSED), "reload"))
                .isEqualTo("etc/armature/a.json: p/port: not so\nnothing was changed\n");
        assertThat(printed(1, Optional.of(() -> REFUSED), "reload", "--json"))
                .startsWith("{\"changed\":[],\"faults\":[{\"source\":\"configuration\",");
    }

    @Test
    void storeThatFailsAndADeviceThatDoesNotRunAreToldApart() {
        printed(
                1,
                Optional.of(
                        () -> {
                            throw new IOException("disk full");
                        }),
                "reload");
        assertThat(failure.get()).hasMessageContaining("disk full");
        printed(ExitCode.NOT_RUNNING.code(), Optional.empty(), "reload");
        assertThat(failure.get()).hasMessageContaining("no device runs");
    }
}
