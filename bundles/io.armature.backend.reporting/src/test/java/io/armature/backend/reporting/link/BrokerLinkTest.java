package io.armature.backend.reporting.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.MachineClock;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerLinkTest {

    private final MachineClock clock = new MachineClock();
    private SubscribedBroker broker;
    private BrokerLink link;
    private boolean ended;

    @BeforeEach
    void start() throws Exception {
        broker = new SubscribedBroker();
        link =
                new BrokerLink(
                        new Broker(URI.create("tcp://127.0.0.1:" + broker.port()), "", "", ""),
                        clock,
                        (topic, payload) -> {});
    }

    @AfterEach
    void stop() throws Exception {
        end();
        broker.close();
        clock.close();
    }

    /** Once it knows the answer that the broker was told to give. */
    private void end() {
        if (!ended) {
            ended = true;
            link.close();
        }
    }

    @Test
    void refusedSubscriptionIsShownAndTriedAgain() throws Exception {
        link.start();
        broker.answer(SubscribedBroker.REFUSED);
        broker.awaitSubscription();
        broker.awaitSubscription();
        assertThat(link.connected()).isFalse();
        assertThat(link.refusal()).hasValueSatisfying(r -> assertThat(r).contains("/up"));
        broker.answer(1);
        end();
        assertThat(link.refusal()).isEmpty();
    }

    @Test
    void grantedSubscriptionIsNoFault() throws Exception {
        link.start();
        broker.answer(1);
        broker.awaitSubscription();
        end();
        assertThat(link.refusal()).isEmpty();
    }
}
