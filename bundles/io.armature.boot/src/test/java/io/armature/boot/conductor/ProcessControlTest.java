package io.armature.boot.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.application.Application;
import io.armature.boot.application.ApplicationToken;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessControlTest {

    private static final Application PROCESS = new Application.OfProcess("bin/kiosk");

    private final FakeDevice device = new FakeDevice();
    private final Conductor conductor = device.conductor(false);
    private final ApplicationToken token = new ApplicationToken(device.record);
    private final Random random = new Random(11);

    @BeforeEach
    void start() {
        conductor.start();
        device.settle();
    }

    private boolean announce(Application application, String given) {
        boolean accepted = new ProcessControl(conductor, application, token).announce(given);
        device.settle();
        return accepted;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "any"})
    void noOtherTokenThanThatOfTheProcessAnnounces(String given) {
        assertThat(announce(PROCESS, given)).isFalse();
        String issued = token.issue(random::nextBytes);
        assertThat(announce(PROCESS, given)).isFalse();
        assertThat(announce(PROCESS, issued.substring(1) + "x")).isFalse();
        assertThat(device.record.announcedBy()).isNull();
    }

    @Test
    void theTokenOfTheProcessAnnouncesOnce() {
        String issued = token.issue(random::nextBytes);
        assertThat(announce(PROCESS, issued)).isTrue();
        assertThat(device.record.announcedBy()).isEqualTo("process bin/kiosk");
        assertThat(announce(PROCESS, issued)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "bundle io.armature.kiosk"})
    void aProfileWithoutProcessTakesNoToken(String application) {
        String issued = token.issue(random::nextBytes);
        assertThat(announce(Application.parse(application), issued)).isFalse();
        assertThat(device.record.announcedBy()).isNull();
    }
}
