package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A bad file never stops the boot, and everybody is told. */
class ConfigurationTest {

    private static final String RANGE = "whole number from 1 to 1024";

    @Test
    void badFilesDoNotStopTheBootAndAreShownEverywhere() throws Exception {
        try (Machine machine = Machine.install()) {
            Appliance device = machine.device();
            Path folder = Files.createDirectories(device.path("etc/armature"));
            Files.writeString(
                    folder.resolve("a.json"),
                    "{\"io.armature.control\": {\"max_connections\": 0}}");
            Files.writeString(folder.resolve("b.json"), "{\"io.armature.console\": ");

            device.up();

            Outcome check = device.run("config", "check");
            assertThat(check.code()).isEqualTo(1);
            assertThat(check.text())
                    .contains("etc/armature/a.json", "max_connections", "0 is not allowed", RANGE)
                    .contains("etc/armature/b.json");
            assertThat(device.run("status").ok().text())
                    .contains("etc/armature/a.json", RANGE)
                    .contains("etc/armature/b.json");
            assertThat(state(device)).contains("etc/armature/a.json", RANGE, "etc/armature/b.json");

            assertThat(device.stop()).isZero();
            Outcome offline = device.run("config", "check");
            assertThat(offline.code()).as(offline.error()).isEqualTo(1);
            assertThat(offline.text()).isEqualTo(check.text());
            assertThat(device.run("config", "show", "io.armature.control").ok().text())
                    .contains("max_connections = ");
            assertThat(device.run("config", "check", "--dirr").code()).isEqualTo(2);

            Files.delete(folder.resolve("a.json"));
            Files.delete(folder.resolve("b.json"));
            device.up();
            assertThat(device.run("config", "check").code()).isZero();
        }
    }

    @Test
    void changedFilesTakeEffectOnARunningDeviceUnlessOneIsBad() throws Exception {
        try (Machine machine = Machine.install()) {
            Appliance device = machine.device();
            Path file = device.path("etc/armature/a.json");
            device.up();
            assertThat(device.run("config", "reload").ok().text())
                    .isEqualTo("nothing was changed\n");

            Files.writeString(
                    file,
                    "{\"io.armature.reporting.mqtt\": {\"server_uri\": \"tcp://127.0.0.1:9\"},"
                            + "\"io.armature.control\": {\"max_connections\": 0}}");
            Outcome refused = device.run("config", "reload");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.text())
                    .contains("etc/armature/a.json", "max_connections", "0 is not allowed", RANGE)
                    .endsWith("nothing was changed\n");
            assertThat(device.run("status").ok().text())
                    .contains("server_uri of io.armature.reporting.mqtt is not set");

            Files.writeString(
                    file,
                    "{\"io.armature.reporting.mqtt\": {\"server_uri\": \"tcp://127.0.0.1:9\"},"
                            + "\"io.armature.control\": {\"max_connections\": 9}}");
            assertThat(device.run("config", "reload").ok().lines())
                    .contains("io.armature.reporting.mqtt/server_uri:  -> tcp://127.0.0.1:9")
                    .anyMatch(line -> line.endsWith("max_connections: 64 -> 9"));
            awaitStatusWithout(device, "is not set");
            assertThat(device.run("config", "reload", "--json").ok().text())
                    .isEqualTo("{\"changed\":[],\"faults\":[]}\n");
        }
    }

    /** Configuration Admin tells the bundles in its own time. */
    private static void awaitStatusWithout(Appliance device, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Outcome status = device.run("status");
        while (status.code() != 0 || status.text().contains(text)) {
            assertThat(System.nanoTime()).as("%s", status.text()).isLessThan(deadline);
            status = device.run("status");
        }
    }

    /** What the console's page shows. */
    private static String state(Appliance device) throws Exception {
        Outcome console = device.run("console", "--json").ok();
        String url = Json.object(Json.parse(console.text())).get("url").toString();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "state.json")).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
