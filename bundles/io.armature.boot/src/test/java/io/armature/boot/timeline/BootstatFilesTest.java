package io.armature.boot.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.boot.timeline.BootstatFiles.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstatFilesTest {

    private static final String DISK =
            "  167465    30716  5547058    47275    34832    45332  2283304    11533        0\n";

    @TempDir private Path directory;
    private Path bootstat;
    private BootstatFiles files;

    @BeforeEach
    void prepare() throws IOException {
        bootstat = Files.createDirectory(directory.resolve("bootstat"));
        Path uptime = Files.writeString(directory.resolve("uptime"), "2534.15 4209.94\n");
        Path disk = Files.writeString(directory.resolve("stat"), DISK);
        files = new BootstatFiles(bootstat, uptime, disk);
    }

    @Test
    void linesHaveTheExactForm() throws IOException {
        files.log("boot-complete", 2_534_000_000_042L);
        assertThat(bootstat.resolve("uptime-boot-complete"))
                .hasContent("2534.000000042 4209.940000000\n");
        assertThat(Files.readString(bootstat.resolve("disk-boot-complete"))).isEqualTo(DISK);
    }

    @Test
    void everyCallAppends() throws IOException {
        files.log("x", 1_000_000_000L);
        files.log("x", 2_500_000_000L);
        assertThat(Files.readAllLines(bootstat.resolve("uptime-x")))
                .containsExactly("1.000000000 4209.940000000", "2.500000000 4209.940000000");
        assertThat(Files.readString(bootstat.resolve("disk-x"))).isEqualTo(DISK + DISK);
    }

    @Test
    void namesAreCutAtSixtyThreeCharacters() throws IOException {
        for (int length : new int[] {62, 63, 64, 256}) {
            files.log("e".repeat(length), 1);
        }
        assertThat(bootstat.resolve("uptime-" + "e".repeat(62))).exists();
        assertThat(Files.readAllLines(bootstat.resolve("uptime-" + "e".repeat(63)))).hasSize(3);
        assertThat(bootstat.resolve("uptime-" + "e".repeat(64))).doesNotExist();
    }

    @Test
    void otherCharactersAreRefused() {
        for (String name : new String[] {"", "a/b", "a b", "é", "a\n"}) {
            assertThatThrownBy(() -> files.log(name, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(bootstat).isEmptyDirectory();
    }

    @Test
    void symbolicLinksAreNotFollowed() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createSymbolicLink(bootstat.resolve("uptime-x"), victim);
        assertThatThrownBy(() -> files.log("x", 1)).isInstanceOf(IOException.class);
        assertThat(victim).hasContent("precious");
        assertThat(files.last("x", Stat.TIME, Optional.empty())).isEmpty();
    }

    @Test
    void groupAndOthersMayRead() throws IOException {
        Path file = Files.createFile(bootstat.resolve("uptime-x"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        files.log("x", 1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void readerTakesTheLastRecord() throws IOException {
        files.log("x", 1_000_000_000L);
        files.log("x", 2_123_600_000L);
        assertThat(files.last("x", Stat.TIME, Optional.empty())).contains("2.123600000");
        assertThat(files.last("x", Stat.TIME_MS, Optional.empty())).contains("2124");
        assertThat(files.last("x", Stat.READ_SECTORS, Optional.empty())).contains("5547058");
        assertThat(files.last("x", Stat.WRITE_SECTORS, Optional.empty())).contains("2283304");
    }

    @Test
    void beforeIsStrict() throws IOException {
        files.log("x", 1_000_000_000L);
        files.log("x", 2_000_000_000L);
        assertThat(files.last("x", Stat.TIME, Optional.of("2.0"))).contains("1.000000000");
        assertThat(files.last("x", Stat.TIME, Optional.of("2.000000001"))).contains("2.000000000");
        assertThat(files.last("x", Stat.TIME, Optional.of("1"))).isEmpty();
    }

    @Test
    void missingEventIsNothingAndTornLinesArePassedOver() throws IOException {
        assertThat(files.last("nothing", Stat.TIME, Optional.empty())).isEmpty();
        Files.writeString(bootstat.resolve("disk-x"), DISK + "  12 3");
        assertThat(files.last("x", Stat.READ_SECTORS, Optional.empty())).contains("5547058");
    }

    @Test
    void withoutABootDiskThereIsNoDiskFile() throws IOException {
        new BootstatFiles(bootstat, directory.resolve("uptime"), null).log("x", 1);
        assertThat(bootstat.resolve("uptime-x")).exists();
        assertThat(bootstat.resolve("disk-x")).doesNotExist();
    }

    @Test
    void statsHaveTheNamesThatUsersWrite() {
        assertThat(Stat.named("time-ms")).contains(Stat.TIME_MS);
        assertThat(Stat.named("read-sectors")).contains(Stat.READ_SECTORS);
        assertThat(Stat.named("TIME")).isEmpty();
    }
}
