package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code armature services observe} beside processes that come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServicesObserveTest {

    private static final long DEADLINE_SECONDS = 30;
    private static final int INTERRUPTED = 130;
    private static final int DEVICE_GONE = 3;

    private Machine machine;
    private Actors actors;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.install();
        actors = new Actors(machine);
        Path policy = machine.device().path("etc/mojo/service_manager/policy/Echo.jsonc");
        Files.createDirectories(policy.getParent());
        Files.writeString(
                policy,
                "[{\"user\": \"%s\", \"own\": [\"EchoTest\", \"MarkTest\"]}]"
                        .formatted(System.getProperty("user.name")));
        machine.device().up();
    }

    @AfterAll
    void stop() throws Exception {
        actors.close();
        machine.close();
    }

    private ServiceActor owner() throws Exception {
        return actors.connected(actors.java(ServiceProcess.class, actors.socket()));
    }

    /** Observes, and has seen an event: it really does. */
    private BufferedReader observing(Running observer, ServiceActor owner) throws Exception {
        BufferedReader lines = observer.lines();
        // There is no line for "observes now"; what is there already is not told.
        while (!lines.ready()) {
            owner.tell("register MarkTest");
            owner.tell("unregister MarkTest");
            owner.await("unregistered MarkTest");
        }
        return lines;
    }

    private static String next(BufferedReader lines, String service) throws Exception {
        String line = lines.readLine();
        while (line != null && !line.contains(service)) {
            line = lines.readLine();
        }
        return line;
    }

    @Test
    void eventsAreToldAsTheyOccurInWordsUntilItIsInterrupted() throws Exception {
        ServiceActor owner = owner();
        try (Running observer = machine.device().beginInForeground("services", "observe")) {
            BufferedReader lines = observing(observer, owner);
            owner.tell("register EchoTest");
            assertThat(next(lines, "EchoTest")).startsWith("registered EchoTest by user ");
            owner.kill();
            assertThat(next(lines, "EchoTest")).startsWith("unregistered EchoTest by user ");
            observer.interrupt();
            assertThat(observer.awaitExit(DEADLINE_SECONDS)).isEqualTo(INTERRUPTED);
        }
    }

    @Test
    void eventsAreToldAsTheyOccurInJsonUntilThereWereEnough() throws Exception {
        ServiceActor owner = owner();
        try (Running observer = machine.device().begin("services", "observe", "--json")) {
            BufferedReader lines = observing(observer, owner);
            owner.tell("register EchoTest");
            Map<String, Object> event = Json.object(Json.parse(next(lines, "EchoTest")));
            assertThat(event).containsEntry("event", "registered");
            assertThat(Json.object(event.get("dispatcher")))
                    .containsEntry("user", System.getProperty("user.name"));
            owner.tell("unregister EchoTest");
            event = Json.object(Json.parse(next(lines, "EchoTest")));
            assertThat(event).containsEntry("event", "unregistered");
        }
        owner.close();
    }

    @Test
    void theManagersUpdateIsItsEndAndNoSuccess() throws Exception {
        String manager = "io.armature.services";
        Path jar = NewerJar.of(machine.device(), manager, machine.folder());
        ServiceActor owner = owner();
        try (Running observer = machine.device().begin("services", "observe")) {
            observing(observer, owner);
            machine.device().run("bundle", "update", manager, jar.toString()).ok();
            Outcome outcome = observer.outcome(DEADLINE_SECONDS);
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.error()).contains("is being replaced; start again");
        }
        owner.close();
    }

    @Test
    void theDevicesEndIsItsEndAndNoSuccess() throws Exception {
        ServiceActor owner = owner();
        try (Running observer = machine.device().begin("services", "observe")) {
            observing(observer, owner);
            machine.device().stop();
            assertThat(observer.awaitExit(DEADLINE_SECONDS)).isEqualTo(DEVICE_GONE);
        } finally {
            machine.device().up();
        }
    }
}
