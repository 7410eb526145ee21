package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Three real processes of three users at the socket of an appliance: Java, Python, one stranger.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServicesTest {

    private static final int OWNER = 1;
    private static final int REQUESTER = 2;
    private static final int STRANGER = 3;

    private ServiceUsers users;
    private Machine machine;
    private Actors actors;
    private ServiceActor early;
    private String python;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        String hindrance = ServiceUsers.hindrance();
        assumeTrue(hindrance.isEmpty(), hindrance);
        users = ServiceUsers.make();
        machine = Machine.install();
        actors = new Actors(machine);
        Path policy = machine.device().path("etc/mojo/service_manager/policy");
        Files.createDirectories(policy);
        Files.writeString(
                policy.resolve("Echo.jsonc"),
                """
                [ // one service, its owner and its requesters
                  {"user": "%s", "own": ["EchoTest", "SandboxTest"]},
                  {"user": "%s", "request": ["EchoTest", "SandboxTest"]},
                  {"user": "%s", "request": ["OtherTest"]},
                ]
                """
                        .formatted(
                                ServiceUsers.name(OWNER),
                                ServiceUsers.name(REQUESTER),
                                ServiceUsers.name(STRANGER)));
        python = ServiceUsers.python();
        early = actors.start(python(STRANGER));
        machine.device().up();
    }

    @AfterAll
    void stop() throws IOException {
        if (actors != null) {
            actors.close();
        }
        if (machine != null) {
            machine.close();
        }
        if (users != null) {
            users.close();
        }
    }

    private String socket() {
        return actors.socket();
    }

    /** Python if these users can run one, else Java. */
    private List<String> python(int user) {
        if (python.isEmpty()) {
            return java(user, socket());
        }
        List<String> command = new ArrayList<>(ServiceUsers.as(user));
        command.addAll(actors.python(python));
        return command;
    }

    private List<String> java(int user, String socket) {
        List<String> command = new ArrayList<>(ServiceUsers.as(user));
        command.addAll(actors.java(ServiceProcess.class, socket));
        return command;
    }

    private ServiceActor connected(List<String> command) throws IOException, InterruptedException {
        return actors.connected(command);
    }

    @Test
    void statement35ProcessStartedBeforeTheManagerConnectsLater() throws Exception {
        early.await("connected");
    }

    @Test
    void statement15NextOwnerProcessServesWhatWaited() throws Exception {
        ServiceActor requester = connected(python(REQUESTER));
        requester.tell("observe");
        requester.tell("request a EchoTest");
        requester.tell("send a before any owner");
        ServiceActor first = connected(java(OWNER, socket()));
        first.tell("register EchoTest");
        first.await("asked EchoTest#1 " + ServiceUsers.uid(REQUESTER) + " -");
        requester.await("event registered EchoTest " + ServiceUsers.uid(OWNER));
        requester.await("got a before any owner");
        first.kill();
        requester.await("event unregistered EchoTest " + ServiceUsers.uid(OWNER));
        requester.tell("query EchoTest");
        requester.await("state EchoTest unregistered");
        assertThat(requester.heard()).anyMatch(line -> line.startsWith("closed a 0"));
        requester.tell("request b EchoTest");
        requester.tell("send b for the next owner");
        ServiceActor second = connected(python(OWNER));
        second.tell("register EchoTest");
        second.await("asked EchoTest#1 " + ServiceUsers.uid(REQUESTER) + " -");
        requester.await("got b for the next owner");
        second.close();
    }

    @Test
    void statement16LinkSurvivesUnregistration() throws Exception {
        ServiceActor owner = connected(java(OWNER, socket()));
        owner.tell("register EchoTest");
        owner.tell("observe");
        ServiceActor requester = connected(python(REQUESTER));
        requester.tell("request a EchoTest");
        requester.tell("send a one");
        requester.await("got a one");
        owner.tell("unregister EchoTest");
        owner.await("unregistered EchoTest 0");
        requester.tell("query EchoTest");
        requester.await("state EchoTest unregistered");
        requester.tell("send a two");
        requester.await("got a two");
        owner.close();
        requester.await("closed a 0");
    }

    @Test
    void kernelSaysWhoAsksAndPolicyDecides() throws Exception {
        ServiceActor stranger = connected(python(STRANGER));
        stranger.tell("observe");
        stranger.tell("register EchoTest");
        stranger.await("unregistered EchoTest 3");
        stranger.tell("request a EchoTest");
        stranger.await("closed a 3");
        stranger.tell("request b NoSuchTest");
        stranger.await("closed b 5");
        ServiceActor requester = connected(java(REQUESTER, socket()));
        requester.tell("register EchoTest");
        requester.await("unregistered EchoTest 3");
        stranger.tell("query OtherTest");
        stranger.await("state OtherTest unregistered");
        assertThat(stranger.heard()).noneMatch(line -> line.startsWith("event"));
    }

    @Test
    void statement41SandboxWithOnlyTheBoundDirectoryConnectsAlsoAfterARestart() throws Exception {
        assumeTrue(
                ServiceUsers.run("unshare", "--mount", "true") == 0,
                "needs to make mount namespaces");
        Path bound = Files.createDirectories(machine.folder().resolve("sandbox/mojo"));
        String root = machine.device().root().toString();
        String sandbox =
                "mount --bind '%s/run/mojo' '%s' && mount -o remount,bind,ro '%s'"
                                .formatted(root, bound, bound)
                        + " && mount -t tmpfs none '%s' && exec \"$@\"".formatted(root);
        List<String> command =
                new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", sandbox, "sandbox"));
        command.addAll(java(OWNER, bound.resolve("service_manager.sock").toString()));
        ServiceActor inside = connected(command);
        inside.tell("register SandboxTest");
        ServiceActor requester = connected(java(REQUESTER, socket()));
        requester.tell("request a SandboxTest");
        requester.tell("send a before");
        requester.await("got a before");
        machine.device().killJvm();
        requester.tell("send a without a manager");
        requester.await("got a without a manager");
        requester.tell("request b SandboxTest");
        requester.tell("send b after");
        requester.await("got b after");
        inside.close();
    }
}
