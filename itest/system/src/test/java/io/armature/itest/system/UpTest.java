package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code up --until} starts, prints the timeline and ends by itself. */
class UpTest {

    @Test
    void upUntilSystemServicesEndsWithZeroAndPrintsTheTimeline(@TempDir Path folder)
            throws Exception {
        Path checkout = builtCheckout(folder.resolve("checkout"));
        Path run = folder.resolve("run");
        Process process =
                new ProcessBuilder(
                                checkout.resolve("armature").toString(),
                                "up",
                                "--until",
                                "system-services",
                                "--no-install",
                                "--dir",
                                run.toString())
                        .start();
        try (Running up = new Running("up", process)) {
            up.input().close();
            Outcome outcome = up.outcome(120).ok();
            assertThat(outcome.text()).contains("boot-services", "system-services");
            assertThat(run.resolve("device/run/armature/control.sock")).doesNotExist();
            assertThat(run.resolve("backend/run/armature/control.sock")).doesNotExist();
            assertThat(checkout("clean", run).ok().error()).isEmpty();
            assertThat(run).doesNotExist();
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    @Test
    void cleanRefusesADirectoryThatUpDidNotMake(@TempDir Path folder) throws Exception {
        Path kept = Files.createDirectories(folder.resolve("etc/device")).resolve("kept");
        Files.writeString(kept, "not ours");
        Outcome outcome = checkout("clean", folder.resolve("etc"));
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.error().lines()).singleElement().asString().contains("was not made by");
        assertThat(kept).exists();
    }

    @ParameterizedTest
    @CsvSource({"device,11", "backend,11", "up,1"})
    void whatRunsAlreadyIsNamedBeforeAnythingIsBuilt(String command, int code, @TempDir Path folder)
            throws Exception {
        for (String name : new String[] {"device", "backend"}) {
            Path run = Files.createDirectories(folder.resolve(name).resolve("run/armature"));
            Files.writeString(run.resolve("pid"), ProcessHandle.current().pid() + "\n");
        }
        Outcome outcome = checkout(command, folder);
        assertThat(outcome.code()).isEqualTo(code);
        assertThat(outcome.error().lines()).singleElement().asString().contains("already running");
    }

    private static Outcome checkout(String command, Path directory) throws IOException {
        String armature = Images.checkout().resolve("armature").toString();
        Process process =
                new ProcessBuilder(armature, command, "--dir", directory.toString()).start();
        try (Running running = new Running(command, process)) {
            running.input().close();
            return running.outcome(30);
        }
    }

    /** What a checkout looks like after its build; this test must not build beside the build. */
    private static Path builtCheckout(Path copy) throws IOException, InterruptedException {
        Path checkout = Images.checkout();
        Files.createDirectories(copy.resolve("firmware-profiles/target"));
        for (String folder : new String[] {"bundles", "features"}) {
            Files.createDirectories(copy.resolve(folder));
        }
        copy(checkout.resolve("armature"), copy);
        copy(checkout.resolve("cnf"), copy);
        copy(checkout.resolve("pom.xml"), copy);
        copy(checkout.resolve("bnd.bnd"), copy);
        copy(
                checkout.resolve("firmware-profiles/target/images"),
                copy.resolve("firmware-profiles/target"));
        Path built = copy.resolve("firmware-profiles/target/built");
        Files.deleteIfExists(built);
        Files.createFile(built);
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copy =
                new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
        if (copy.waitFor() != 0) {
            throw new IOException("cp failed for " + from);
        }
    }
}
