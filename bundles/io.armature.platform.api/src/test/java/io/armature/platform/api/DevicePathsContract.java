package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What every {@link DevicePaths} keeps. A provider's or double's test extends it. */
public abstract class DevicePathsContract {

    /** The paths under test, with a root of their own. */
    protected abstract DevicePaths paths();

    private static Map<String, Supplier<Path>> named(DevicePaths paths) {
        Map<String, Supplier<Path>> named = new LinkedHashMap<>();
        named.put("etc/armature", paths::configuration);
        named.put("run/armature", paths::run);
        named.put("run/bootstat", paths::bootstat);
        named.put("var/lib/armature", paths::state);
        named.put("var/cache/armature", paths::cache);
        named.put("var/log/armature", paths::log);
        named.put("var/spool/reporting", paths::reportingSpool);
        return named;
    }

    @Test
    public void directoriesLieWhereTheDesignSaysAndExist() {
        Path root = paths().root();
        assertThat(root).isAbsolute().isDirectory();
        named(paths())
                .forEach(
                        (name, path) ->
                                assertThat(path.get())
                                        .as(name)
                                        .isAbsolute()
                                        .isEqualTo(root.resolve(name))
                                        .isDirectory());
    }

    @Test
    public void slotIsAnAbsolutePathBelowTheRoot() {
        assertThat(paths().slot())
                .isAbsolute()
                .startsWithRaw(paths().root())
                .isNotEqualTo(paths().root())
                .isEqualTo(paths().slot().normalize());
    }

    @Test
    public void pathsDoNotChange() {
        assertThat(paths().root()).isEqualTo(paths().root());
        named(paths()).forEach((name, path) -> assertThat(path.get()).isEqualTo(path.get()));
    }
}
