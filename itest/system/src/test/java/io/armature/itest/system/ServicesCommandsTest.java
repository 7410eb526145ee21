package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code armature services …} on a device that runs, and what of it needs none. */
class ServicesCommandsTest {

    private static final String OWN_FILE = "etc/mojo/service_manager/policy/10-own.jsonc";

    private static Machine machine;

    @BeforeAll
    static void start() throws Exception {
        machine = Machine.install();
        machine.device().up();
    }

    @AfterAll
    static void stop() throws Exception {
        machine.close();
    }

    private static Outcome services(String... words) throws IOException {
        String[] call = new String[words.length + 1];
        call[0] = "services";
        System.arraycopy(words, 0, call, 1, words.length);
        return machine.device().run(call);
    }

    private static Path policy(String text) throws IOException {
        Path file = machine.device().path(OWN_FILE);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void platformsOwnServicesAreListedQueriedAndExplained() throws Exception {
        assertThat(services("list").ok().text())
                .containsPattern("Reporting +bundle io\\.armature\\.reporting ")
                .contains("/policy/Reporting.jsonc:");
        assertThat(services("list", "--json").ok().text())
                .contains("{\"name\":\"Reporting\",\"owner\":{\"text\":");
        assertThat(services("query", "Reporting").ok().text())
                .isEqualTo("Reporting: registered by bundle io.armature.reporting\n");
        assertThat(services("query", "NoSuchService").code()).isEqualTo(1);
        assertThat(services("explain", "io.armature.reporting.command", "Reporting").ok().text())
                .containsPattern(
                        "bundle io\\.armature\\.reporting\\.command"
                                + " \\(.*/policy/Reporting\\.jsonc:[0-9]+\\) may request Reporting")
                .contains("no rule lets io.armature.reporting.command own Reporting");
    }

    @Test
    void reloadPutsNewPoliciesInForceWholeOrNotAtAll() throws Exception {
        Path file = policy("[{\"bundle\": \"a.fan\", \"own\": [\"Fan\"]}]");
        try {
            assertThat(services("reload", "--dry-run").ok().text()).startsWith("would be in force");
            assertThat(services("query", "Fan").code()).isEqualTo(1);
            assertThat(services("reload").ok().text()).startsWith("in force: ");
            assertThat(services("query", "Fan").ok().text()).isEqualTo("Fan: not registered\n");
            policy("[{\"bundle\": \"a.fan\", \"request\": [\"Reporting\"]}, {}]");
            Outcome refused = services("reload");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.error()).contains("10-own.jsonc:1:", "policies stay as they are");
            assertThat(services("query", "Fan").ok().text()).isEqualTo("Fan: not registered\n");
        } finally {
            Files.delete(file);
        }
        services("reload").ok();
        assertThat(services("query", "Fan").code()).isEqualTo(1);
    }

    @Test
    void reloadListsTheLiveGrantsThatEndFirstAndEndsThem() throws Exception {
        Path shipped = machine.device().path("opt/armature/slots/A/policy/Reporting.jsonc");
        String before = Files.readString(shipped);
        String user = System.getProperty("user.name");
        Path file =
                policy(
                        "[{\"user\": \""
                                + user
                                + "\", \"own\": [\"Fan\"], \"request\": [\"Pump\"]}]");
        try (Actors actors = new Actors(machine)) {
            services("reload").ok();
            machine.device().run("report", "list").ok();
            ServiceActor process =
                    actors.connected(actors.java(ServiceProcess.class, actors.socket()));
            process.tell("register Fan");
            process.tell("request pump Pump");
            process.tell("query Pump"); // answered after what was asked before
            process.await("state Pump");
            Files.delete(file);
            Files.writeString(
                    shipped,
                    before.replace(
                            "{\"bundle\": \"io.armature.reporting.command\", \"request\"",
                            "{\"bundle\": \"com.example.other\", \"request\""));
            Outcome dry = services("reload", "--dry-run").ok();
            assertThat(dry.lines().get(0))
                    .matches("user " + user + " pid \\d+ would no longer own Fan");
            assertThat(dry.lines().get(1))
                    .matches("user " + user + " pid \\d+ would no longer wait for Pump");
            assertThat(dry.lines().get(2))
                    .isEqualTo(
                            "bundle io.armature.reporting.command would no longer use Reporting");
            assertThat(dry.lines().get(3)).startsWith("would be in force");
            Object json = Json.object(Json.parse(services("reload", "--dry-run", "--json").text()));
            assertThat(Json.list(Json.object(json).get("ending")))
                    .isEqualTo(new ArrayList<Object>(dry.lines().subList(0, 3)));
            assertThat(process.hasToldNothing()).isTrue();
            assertThat(services("reload").ok().lines().subList(0, 3))
                    .isEqualTo(dry.lines().subList(0, 3));
            process.await("unregistered Fan 3");
            assertThat(process.heard()).anyMatch(line -> line.startsWith("closed pump 5"));
            Outcome refused = machine.device().run("report", "list");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.error()).contains("UNAVAILABLE");
        } finally {
            Files.deleteIfExists(file);
            Files.writeString(shipped, before);
            services("reload").ok();
        }
        machine.device().run("report", "list").ok();
    }

    @Test
    void policiesAreCheckedWhereNoDeviceRuns() throws Exception {
        try (Machine other = Machine.install()) {
            assertThat(other.device().run("services", "check-policy").ok().text())
                    .startsWith("accepted, ");
            Path folder = Files.createDirectory(other.folder().resolve("policies"));
            Files.writeString(folder.resolve("Bad.jsonc"), "[\n  {\"own\": [\"Fan\"]}\n]");
            String[] call = {"services", "check-policy", folder.toString()};
            Outcome rejected = other.device().run(call);
            assertThat(rejected.code()).isEqualTo(1);
            assertThat(rejected.text()).startsWith(folder.resolve("Bad.jsonc") + ":2:");
            assertThat(machine.device().run(call).text()).isEqualTo(rejected.text());
            assertThat(other.device().run("services", "list").code()).isEqualTo(3);
        }
    }

    @Test
    void originalManagersFlagsHaveItsExitCodes() throws Exception {
        assertThat(services("--check_policy").code()).isZero();
        assertThat(services("--no_such_flag").code()).isEqualTo(64);
        assertThat(services("--log_level=high").code()).isEqualTo(65);
        assertThat(services("--help").ok().text()).contains("Usage: armature services");
    }
}
