package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenFilesTest {

    private static final int MORE = 300;

    /** What else this process opens and closes meanwhile. */
    private static final int ELSE = 50;

    private static void grows(OpenFiles files) throws IOException {
        List<InputStream> opened = new ArrayList<>();
        int before = files.count();
        try {
            for (int i = 0; i < MORE; i++) {
                opened.add(Files.newInputStream(Path.of("/dev/null")));
            }
            assertThat(files.count() - before).isBetween(MORE - ELSE, MORE + ELSE);
        } finally {
            for (InputStream one : opened) {
                one.close();
            }
        }
        assertThat(files.count() - before).isBetween(-ELSE, ELSE);
    }

    @Test
    void walkCountsWhatIsOpen() throws IOException {
        OpenFiles walked = new OpenFiles(Path.of("/proc/self"));
        assertThat(walked.areTold()).isFalse();
        grows(walked);
    }

    @Test
    void kernelTellsWhatAWalkCounts() throws IOException {
        OpenFiles told = OpenFiles.ofThisProcess();
        assumeThat(told.areTold()).as("Linux 6.2 or later").isTrue();
        grows(told);
        OpenFiles walked = new OpenFiles(Path.of("/proc/self"));
        assertThat(told.count() - walked.count()).isBetween(-ELSE, ELSE);
        assertThat(told.limit()).isEqualTo(walked.limit());
    }
}
