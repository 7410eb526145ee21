package io.armature.reporting.dbus.uploader;

import io.armature.reporting.api.Uploader;
import io.armature.reporting.api.UploaderContract;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class BrowserUploaderContractTest extends UploaderContract {

    private UploaderFixture fixture;
    private Browser browser;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new UploaderFixture(Map.of());
        browser = new Browser(fixture.bus).answering("0a020800");
    }

    @AfterEach
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (fixture != null) {
            fixture.close();
        }
    }

    @Override
    protected Uploader connected() throws Exception {
        browser.named();
        fixture.started().await(true);
        return fixture.uploader;
    }

    @Override
    protected Uploader unreachable() {
        return fixture.started().uploader;
    }

    @Override
    protected UploadEncryptedRecordRequest arrived() throws Exception {
        return browser.arrived().batch();
    }
}
