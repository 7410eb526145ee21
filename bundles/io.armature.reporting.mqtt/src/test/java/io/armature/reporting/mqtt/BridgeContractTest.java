package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Uploader;
import io.armature.reporting.api.UploaderContract;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class BridgeContractTest extends UploaderContract {

    private static final int LIMIT = 1 << 18;

    private static TestBroker broker;

    private BridgeFixture fixture;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = new TestBroker(LIMIT);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void prepare() {
        broker.published.clear();
        fixture = new BridgeFixture(Samples.settings("tcp://127.0.0.1:" + broker.port(), LIMIT));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Override
    protected Uploader connected() throws InterruptedException {
        fixture.started().awaitUp();
        return fixture.bridge;
    }

    @Override
    protected Uploader unreachable() {
        return fixture.bridge;
    }

    @Override
    protected UploadEncryptedRecordRequest arrived() throws Exception {
        TestBroker.Message message;
        do {
            message = broker.published.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("an upload reaches the broker").isNotNull();
        } while (!message.topic().endsWith("/up"));
        return UploadEnvelope.parseFrom(message.payload()).getRequest();
    }
}
