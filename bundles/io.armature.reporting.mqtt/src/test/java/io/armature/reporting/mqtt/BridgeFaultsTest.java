package io.armature.reporting.mqtt;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import org.junit.jupiter.api.AfterEach;

/** What {@link MqttBridge} tells of its bridge. */
class BridgeFaultsTest extends FaultSourceContract {

    private static final int LIMIT = 1 << 18;

    private TestBroker broker;
    private BridgeFixture fixture;

    private FaultSource bridge(int port) {
        fixture = new BridgeFixture(Samples.settings("tcp://127.0.0.1:" + port, LIMIT)).started();
        return fixture.bridge::faults;
    }

    @AfterEach
    void stop() {
        fixture.close();
        broker.close();
    }

    @Override
    protected FaultSource healthy() throws Exception {
        broker = new TestBroker(LIMIT);
        FaultSource source = bridge(broker.port());
        fixture.awaitUp();
        return source;
    }

    /** Nobody listens at the broker's address. */
    @Override
    protected FaultSource degraded() throws Exception {
        broker = new TestBroker(LIMIT);
        int port = broker.port();
        broker.close();
        FaultSource source = bridge(port);
        fixture.awaitFault("");
        return source;
    }
}
