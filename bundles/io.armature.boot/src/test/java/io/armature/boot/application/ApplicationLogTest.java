package io.armature.boot.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationLogTest {

    @TempDir private Path folder;

    @Test
    void processThatHoldsTheFileOpenGoesOnAtItsBeginning() throws Exception {
        Path file = folder.resolve("log");
        ApplicationLog log = new ApplicationLog(file, 8, 2);
        log.trim(); // there is none yet
        try (OutputStream process =
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String text : new String[] {"1st-full!", "2nd-full!", "3rd-full!", "short"}) {
                process.write(text.getBytes(StandardCharsets.US_ASCII));
                log.trim();
            }
        }
        assertThat(file).hasContent("short");
        assertThat(folder.resolve("log.1")).hasContent("rd-full!");
        assertThat(folder.resolve("log.2")).hasContent("nd-full!");
        assertThat(folder.resolve("log.3")).doesNotExist();
    }

    @Test
    void fileIsCutAlsoWhereItsContentCannotBePutAside() throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "more than eight bytes");
        Files.createDirectories(folder.resolve("log.1/in/the/way"));
        new ApplicationLog(file, 8, 1).trim();
        assertThat(file).isEmptyFile();
    }
}
