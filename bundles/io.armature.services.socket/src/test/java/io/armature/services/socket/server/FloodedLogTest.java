package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.armature.platform.api.RateLimit;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import io.armature.services.socket.server.Client.Inlet;
import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What processes do again and again takes little room in the log. */
@Timeout(120)
class FloodedLogTest {

    private static final int OFTEN = 200;

    @TempDir Path folder;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger =
            (Logger) LoggerFactory.getLogger(ServerLog.class.getPackageName());
    private ServerFixture fixture;

    @BeforeEach
    void start() throws IOException {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        fixture = new ServerFixture(folder, Optional.empty());
    }

    @AfterEach
    void stop() {
        fixture.close();
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void peersWithoutALabelAreTwoLinesForThousandsOfThem() throws Exception {
        Descriptor[] pair = Descriptor.pair();
        try (Descriptor one = pair[0];
                Descriptor two = pair[1]) {
            assertThat(two.isOpen()).isTrue();
            assumeTrue(one.label().isEmpty(), "this kernel gives processes labels");
        }
        Rule label = new Rule(new Subject.Label("u:r:other:s0"), "test", 1);
        ServicePolicy labelled = new ServicePolicy(Optional.of(label), List.of(label));
        fixture.registry
                .replacePolicies(new Policies(Map.of("Labelled", labelled)))
                .toCompletableFuture()
                .join();
        for (int i = 0; i < OFTEN; i++) {
            refused();
        }
        fixture.clock.advance(RateLimit.PERIOD);
        refused();
        String who = thisProcess();
        assertThat(lines())
                .containsExactly(
                        "peer refused who=\""
                                + who
                                + "\" reason=\"this peer has no security label, and a policy needs"
                                + " one\" left_out=0",
                        "peer refused who=\""
                                + who
                                + "\" reason=\"this peer has no security label, and a policy needs"
                                + " one\" left_out="
                                + (OFTEN - 1));
    }

    private void refused() throws Exception {
        try (Client client = fixture.client()) {
            assertThat(client.manager.end()).isEqualTo(6);
        }
    }

    private static String thisProcess() throws IOException {
        Descriptor[] pair = Descriptor.pair();
        try (Descriptor one = pair[0];
                Descriptor two = pair[1]) {
            assertThat(two.isOpen()).isTrue();
            return "uid " + one.credentials().uid() + " pid " + one.credentials().pid();
        }
    }

    @Test
    void listenerThatFailsAtEachMessageIsOneLineThatNamesThePeer() throws Exception {
        fixture.registry.register(
                ServerFixture.BUNDLE,
                "Clock",
                (who, pipe) ->
                        pipe.listen(
                                message -> {
                                    throw new IllegalStateException("cannot bear it");
                                }));
        try (Client client = fixture.client()) {
            for (int i = 0; i < OFTEN; i++) {
                Inlet pipe = client.request("Clock").send("x");
                assertThat(pipe.end()).isEqualTo(1);
                pipe.stream.close();
            }
        }
        assertThat(lines()).hasSize(1);
        assertThat(lines().get(0))
                .startsWith("listener of a pipe failed who=\"")
                .endsWith(" pid " + ProcessHandle.current().pid() + "\" left_out=0");
    }
}
