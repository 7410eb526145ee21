package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class ReportingSettingsTest {

    @Test
    void theDefaultsAreTheSpecificationsValues() {
        ReportingSettings defaults =
                (ReportingSettings)
                        Proxy.newProxyInstance(
                                ReportingSettings.class.getClassLoader(),
                                new Class<?>[] {ReportingSettings.class},
                                (proxy, method, arguments) -> method.getDefaultValue());
        assertThat(ReportingSettings.Checked.of(defaults)).isEqualTo(SpoolSettings.standard());
        assertThat(defaults.jobs()).isEqualTo(5);
        assertThat(defaults.segment_bytes()).isEqualTo(2 << 20);
    }
}
