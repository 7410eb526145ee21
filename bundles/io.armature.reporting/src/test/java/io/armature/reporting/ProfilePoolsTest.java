package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pool sizes are facts of a board: what its firmware profile says is what the spool gets. */
class ProfilePoolsTest {

    private static final Path PROFILES = Path.of("../../firmware-profiles");
    private static final Pattern POOL =
            Pattern.compile("\"(disk_pool_bytes|memory_pool_bytes)\": (\\d+)");

    @Test
    void aProfilesPoolsReachTheSpool() throws IOException {
        Map<String, SpoolSettings> found = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(PROFILES, "*.json")) {
            for (Path file : files) {
                String text = Files.readString(file);
                Map<String, Long> given = new HashMap<>();
                for (MatchResult each : POOL.matcher(text).results().toList()) {
                    // As Configuration Admin has it (docs/formats/settings.md).
                    given.put(each.group(1).replace('_', '.'), Long.valueOf(each.group(2)));
                }
                SpoolSettings settings = new GivenSettings(given).spool();
                SpoolSettings standard = SpoolSettings.standard();
                assertThat(settings.diskPoolBytes())
                        .as("%s", file)
                        .isEqualTo(given.getOrDefault("disk.pool.bytes", standard.diskPoolBytes()));
                assertThat(settings.memoryPoolBytes())
                        .as("%s", file)
                        .isEqualTo(
                                given.getOrDefault(
                                        "memory.pool.bytes", standard.memoryPoolBytes()));
                found.put(file.getFileName().toString(), settings);
            }
        }
        assertThat(found.get("chromebox-x86_64.json").diskPoolBytes()).isEqualTo(256L << 20);
        assertThat(found.get("rpi4-arm64.json").memoryPoolBytes()).isEqualTo(8L << 20);
    }
}
