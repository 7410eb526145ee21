package io.armature.services.commands;

import io.armature.control.api.ConsoleSource;
import io.armature.control.api.ConsoleSourceContract;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.Services;
import io.armature.services.api.Identity;
import io.armature.services.registry.LocalPipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ServicesSourceTest extends ConsoleSourceContract {

    @TempDir private Path root;
    private Services services;
    private Identity requester;
    private ServicesSource source;

    @BeforeEach
    void boot() throws IOException {
        Path policies = Files.createDirectories(root.resolve("etc/mojo/service_manager/policy"));
        Files.writeString(
                policies.resolve("FanControl.jsonc"),
                "[ {\"bundle\": \"test.dashboard\", \"request\": [\"FanControl\"]} ]\n");
        services =
                new Services(
                        ServicesCommandTest.context(),
                        new HandClock(),
                        new FolderPaths(root),
                        false);
        requester = services.identity("test.dashboard");
        source = new ServicesSource(services);
    }

    @Override
    protected ConsoleSource source() {
        return source;
    }

    /** One more waits. */
    @Override
    protected void change() {
        services.registry()
                .request(
                        requester,
                        "FanControl",
                        Optional.empty(),
                        new LocalPipe(services.registry().failures()).far());
    }
}
