package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingValuesTest {

    private final SettingValues values =
            new SettingValues(
                    Map.of(
                            "wait.ms",
                            5_000L,
                            "clients",
                            64,
                            "written",
                            "17",
                            "large",
                            1L << 40,
                            "on",
                            true,
                            "word",
                            "",
                            "hosts",
                            new String[] {"a", "b"},
                            "others",
                            List.of("c")));

    @Test
    void underscoresOfNamesAreDotsOfKeys() {
        assertThat(values.number("wait_ms")).isEqualTo(5_000);
    }

    @Test
    void numbersMayBeOfAnyTypeOrWritten() {
        assertThat(values.smallNumber("clients")).isEqualTo(64);
        assertThat(values.number("clients")).isEqualTo(64);
        assertThat(values.smallNumber("written")).isEqualTo(17);
    }

    @Test
    void whatIsNoNumberIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.number("on"))
                .withMessage("on must be a number, was true");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.smallNumber("large"))
                .withMessage("large is out of range: 1099511627776");
    }

    @Test
    void whatHasNoValueIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> values.flag("none"))
                .withMessage("no setting none and no standard value");
    }

    @Test
    void flagsAndTexts() {
        assertThat(values.flag("on")).isTrue();
        assertThat(values.text("word")).isEmpty();
        assertThat(values.texts("hosts")).containsExactly("a", "b");
        assertThat(values.texts("others")).containsExactly("c");
        assertThat(values.texts("word")).containsExactly("");
        assertThat(values.texts("none")).isEmpty();
    }
}
