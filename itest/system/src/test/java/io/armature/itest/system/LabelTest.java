package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.itest.guest.GuestProcess;
import io.armature.itest.system.LabelledDevice.Labels;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Processes with labels of SELinux at the socket of an appliance, in a guest. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabelTest {

    private static final int KEEPER = 2001;
    private static final int SOMEBODY = 2002;
    private static final String USERS = "keeper:x:2001:2001::/:/bin/false\n";
    private static final String POLICY =
            """
            [
              {"identity": "u:r:owner:s0", "own": ["Labelled"]},
              {"identity": "u:r:requester:s0", "request": ["Labelled", "Kept"]},
              {"user": "keeper", "own": ["Kept"], "request": ["Labelled"]},
            ]
            """;

    @TempDir private static Path folder;

    private Path files;
    private LabelledDevice device;

    @BeforeAll
    void start() throws Exception {
        Optional<String> hindrance = LabelledDevice.hindrance();
        assumeTrue(hindrance.isEmpty(), () -> hindrance.orElse(""));
        files = LabelledDevice.files(folder, POLICY, USERS);
        device = LabelledDevice.start(files, Labels.PERMISSIVE, folder);
    }

    @AfterAll
    void stop() {
        if (device != null) {
            device.close();
        }
    }

    @Test
    void labelDecidesWhoOwnsAndRequestsWhateverTheUser() throws Exception {
        GuestProcess owner = device.actor("owner", SOMEBODY);
        owner.tell("register Labelled");
        GuestProcess requester = device.actor("requester", SOMEBODY);
        requester.tell("request a Labelled");
        requester.tell("send a hello");
        requester.await("got a hello");
        owner.await("asked Labelled#1 " + SOMEBODY + " - " + Labels.of("requester"));
        assertThat(device.services("query Labelled").ok().text())
                .contains("registered by", Labels.of("owner"));
        requester.tell("register Labelled");
        requester.await("unregistered Labelled 3");
        owner.tell("request b Labelled");
        owner.await("closed b 3");
        owner.kill();
        requester.await("closed a 0");
        requester.kill();
    }

    @Test
    void otherLabelGetsCode3AndTheSamePolicyExplainsIt() throws Exception {
        GuestProcess stranger = device.actor("stranger", SOMEBODY);
        stranger.tell("register Labelled");
        stranger.await("unregistered Labelled 3");
        stranger.tell("request a Labelled");
        stranger.await("closed a 3");
        stranger.tell("request b NoSuchService");
        stranger.await("closed b 5");
        stranger.kill();
        assertThat(explained("stranger"))
                .contains("no rule lets u:r:stranger:s0 own Labelled")
                .contains("no rule lets u:r:stranger:s0 request Labelled");
        assertThat(explained("owner"))
                .containsPattern("u:r:owner:s0 \\(.*Labels.jsonc:2\\) may own Labelled")
                .contains("no rule lets u:r:owner:s0 request Labelled");
        assertThat(explained("requester"))
                .containsPattern("u:r:requester:s0 \\(.*Labels.jsonc:3\\) may request Labelled");
    }

    private String explained(String type) throws Exception {
        return device.services("explain " + Labels.of(type) + " Labelled").ok().text();
    }

    /** Statement 21: either suffices. */
    @Test
    void userRuleHoldsWhateverTheLabel() throws Exception {
        GuestProcess keeper = device.actor("stranger", KEEPER);
        keeper.tell("register Kept");
        GuestProcess requester = device.actor("requester", SOMEBODY);
        requester.tell("request a Kept");
        requester.tell("send a hello");
        requester.await("got a hello");
        keeper.await("asked Kept#1 " + SOMEBODY + " - " + Labels.of("requester"));
        keeper.tell("query Labelled");
        keeper.await("state Labelled unregistered");
        keeper.kill();
        requester.kill();
    }

    /** Statement 18: the manager knows the label that the kernel has for the process. */
    @Test
    void labelOfAProcessIsTheKernels() throws Exception {
        GuestProcess keeper = device.actor("stranger", KEEPER);
        keeper.tell("register Kept");
        keeper.tell("query Labelled");
        keeper.await("state Labelled");
        String pid = keeper.heard().get(0);
        String label =
                device.run("tr -d '\\0' </proc/" + pid + "/attr/current").ok().lines().get(0);
        assertThat(label).isEqualTo(Labels.of("stranger"));
        assertThat(device.services("query Kept").ok().text())
                .isEqualTo("Kept: registered by user keeper pid %s label %s%n", pid, label);
        keeper.kill();
    }

    /** Statement 19: where policies name labels, a process without one is refused. */
    @Test
    void withoutLabelsEveryProcessGetsCode6() throws Exception {
        try (LabelledDevice other = LabelledDevice.start(files, Labels.NONE, folder)) {
            GuestProcess keeper = other.actor(KEEPER);
            keeper.await("disconnected 6");
        }
    }
}
