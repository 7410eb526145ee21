package io.armature.itest.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A bundle of a running device owns a service that a process of another user requests, and itself
 * requests one that a process of a third user owns; bytes go both ways.
 */
class ServicesBundleTest {

    private static final int OWNER = 1;
    private static final int REQUESTER = 2;
    private static final String BUNDLE = "com.example.relay";
    private static final String COMPONENT =
            """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="relay" init="1">
              <property name="armature.service" value="BundleTest"/>
              <service><provide interface="io.armature.services.api.ServiceProvider"/></service>
              <reference name="manager" interface="io.armature.services.api.ServiceManager"
                  parameter="0"/>
              <implementation class="io.armature.itest.system.RelayComponent"/>
            </scr:component>
            """;
    private static final String POLICY =
            """
            [
              {"bundle": "%s", "own": ["BundleTest"], "request": ["ProcessTest"]},
              {"user": "%s", "own": ["ProcessTest"]},
              {"user": "%s", "request": ["BundleTest"]},
            ]
            """;

    @Test
    void aBundleServesAProcessAndIsServedByOne() throws Exception {
        String hindrance = ServiceUsers.hindrance();
        assumeTrue(hindrance.isEmpty(), hindrance);
        ServiceUsers users = ServiceUsers.make();
        try (users;
                Machine machine = Machine.install();
                Actors actors = new Actors(machine)) {
            Appliance device = machine.device();
            TestBundle.install(
                    device,
                    BUNDLE,
                    "io.armature.services.api;version=\"[1.0,2)\"",
                    COMPONENT,
                    RelayComponent.class);
            Path policy = device.path("etc/mojo/service_manager/policy/Relay.jsonc");
            Files.createDirectories(policy.getParent());
            Files.writeString(
                    policy,
                    POLICY.formatted(
                            BUNDLE, ServiceUsers.name(OWNER), ServiceUsers.name(REQUESTER)));
            device.up();
            ServiceActor owner = connected(actors, OWNER);
            owner.tell("register ProcessTest");
            ServiceActor requester = connected(actors, REQUESTER);
            requester.tell("request a BundleTest");
            requester.tell("send a first");
            owner.await("asked ProcessTest#1 0 " + BUNDLE);
            String mark = "<" + ServiceUsers.uid(REQUESTER) + ">";
            requester.await("got a " + mark + "first");
            String large = "x".repeat(500_000);
            requester.tell("send a " + large);
            requester.await("got a " + mark + large);
            requester.tell("close a 42 enough");
            owner.await("closed ProcessTest#1 42 enough");
            requester.tell("request b BundleTest");
            requester.tell("send b second");
            requester.await("got b " + mark + "second");
            owner.tell("close ProcessTest#2 43 gone home");
            requester.await("closed b 43 gone home");
            requester.tell("request c ProcessTest");
            requester.await("closed c 3");
        }
    }

    private static ServiceActor connected(Actors actors, int user) throws Exception {
        List<String> command = new ArrayList<>(ServiceUsers.as(user));
        command.addAll(actors.java(ServiceProcess.class, actors.socket()));
        return actors.connected(command);
    }
}
