package io.armature.reporting.mqtt.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0, 0",
        "0.1.0, 1000",
        "0.2.5, 2005",
        "1.2.3, 1002003",
        "12.34.56, 12034056",
        "1, 1000000",
        "1.2, 1002000",
        "0.1.0-SNAPSHOT, 1000",
        "1.2.3.qualifier, 1002003",
        "1.x.3, 1000000",
        "1..3, 1000000",
        "1-2.3, 1000000",
        "x, 0",
        "'', 0",
        "0.1000.5, 999005",
        "2146.999.999, 2146999999",
        "99999999999999999999.1.1, 2146001001",
    })
    void versionsAreNumbersInTheOrderOfReleases(String version, int number) {
        assertThat(Release.number(version)).isEqualTo(number);
    }
}
