package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;
import org.slf4j.LoggerFactory;

class FrameworkPropertiesTest {

    private static final Path LAUNCHER_FEATURE = Path.of("../../features/launcher.json");

    @TempDir private Path folder;

    private Map<String, String> read(String text) throws IOException, LaunchException {
        return FrameworkProperties.read(Files.writeString(folder.resolve("profile"), text));
    }

    @Test
    void onlyTheFrameworksLinesAreTaken() throws Exception {
        assertThat(read("framework.a.b=c;version=1,d=e\nname=x\nframework.broken\nframework.z="))
                .containsOnly(Map.entry("a.b", "c;version=1,d=e"), Map.entry("z", ""));
        assertThat(read("")).isEmpty();
        assertThat(read("\n\nname=framework.x=y\n")).isEmpty();
    }

    @Test
    void missingProfileIsRefused() {
        assertThatThrownBy(() -> FrameworkProperties.read(folder.resolve("none")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("none");
    }

    /** The one place that says it is the feature. */
    @Test
    void bundlesGetTheSlf4jThatIsOnTheClassPath() throws Exception {
        String version = LoggerFactory.class.getPackage().getImplementationVersion();
        assertThat(Files.readString(LAUNCHER_FEATURE))
                .contains(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA)
                .contains("\"org.slf4j:slf4j-api:" + version + "\"")
                .contains("\"org.slf4j;version=" + version + ",")
                .contains("org.slf4j.event;version=" + version + ",")
                .contains("org.slf4j.helpers;version=" + version + ",")
                .contains("org.slf4j.spi;version=" + version + "\"");
    }
}
