package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The application is a process of its own. */
class ApplicationTest {

    @Test
    void aProcessAnnouncesItselfWithItsTokenAndNeverOutlivesTheAppliance() throws Exception {
        String started = null;
        try (Machine machine = Machine.install()) {
            Appliance device = machine.device();
            givenAProcess(device);

            device.up();
            assertThat(device.run("boot", "status").ok().text())
                    .contains("announced  by process kiosk");
            assertThat(Files.readString(device.path("var/log/armature/application.log")))
                    .contains("with another token: 1");
            String first = process(device);
            started = first;

            device.killAll();
            assertThat(runs(first)).as("left over by the killed appliance").isTrue();
            device.up();
            assertThat(runs(first)).as("after the next start").isFalse();
            started = process(device);

            assertThat(device.stop()).isZero();
            assertThat(runs(started)).as("after a stop in good order").isFalse();
            assertThat(Files.readString(device.path("var/log/armature/armature.log")))
                    .as("announcements of what is not the application, for example the console")
                    .doesNotContain("announcement refused bundle=");
        } finally {
            if (started != null && runs(started)) {
                ProcessHandle.of(Long.parseLong(started)).ifPresent(ProcessHandle::destroy);
            }
        }
    }

    private static void givenAProcess(Appliance device) throws IOException {
        Path program = device.path("srv/kiosk");
        Files.createDirectories(program.getParent());
        Files.writeString(
                program,
                String.join(
                        "\n",
                        "#!/bin/sh",
                        "echo $$ >run/kiosk.pid",
                        "code=0",
                        "ARMATURE_APPLICATION_TOKEN=guessed \\",
                        "  opt/armature/bin/armature --root . boot announce || code=$?",
                        "echo \"with another token: $code\"",
                        "opt/armature/bin/armature --root . boot announce",
                        "exec tail -f /dev/null",
                        ""));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(device.path("etc/armature"));
        Files.writeString(
                device.path("etc/armature/kiosk.json"),
                "{\"io.armature.boot\": {\"application_command\": [\"srv/kiosk\"]}}");
        // As the composer writes it for a profile with "application": "process kiosk".
        Path lock = device.path("opt/armature/slots/A/lock");
        List<String> lines =
                Files.readAllLines(lock).stream()
                        .map(
                                line ->
                                        line.startsWith("application ")
                                                ? "application process kiosk"
                                                : line.replace("bundle 25 ", "bundle 30 "))
                        .toList();
        Files.writeString(lock, String.join("\n", lines) + "\n");
    }

    private static String process(Appliance device) throws IOException {
        return Files.readString(device.path("run/kiosk.pid")).trim();
    }

    /** One that has ended counts as such even if nobody asks for its status. */
    private static boolean runs(String pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
