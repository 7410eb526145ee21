package io.armature.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void membersAndElementsAreSeparated() {
        String text =
                new JsonText()
                        .open('{')
                        .name("a")
                        .value("x\"\\\n\u0001")
                        .name("b")
                        .open('[')
                        .value(1)
                        .value(true)
                        .open('{')
                        .close('}')
                        .close(']')
                        .name("c")
                        .value((String) null)
                        .close('}')
                        .toString();
        assertThat(text).isEqualTo("{\"a\":\"x\\\"\\\\\\n\\u0001\",\"b\":[1,true,{}],\"c\":null}");
    }

    @Test
    void aTextHasItsQuotes() {
        assertThat(JsonText.quoted("a\"\\\t\u00e9")).isEqualTo("\"a\\\"\\\\\\u0009\u00e9\"");
        assertThat(JsonText.quoted("")).isEqualTo("\"\"");
    }

    @Test
    void nanosecondsAreWrittenAsMilliseconds() {
        assertThat(new JsonText().millis(1_234_567).toString()).isEqualTo("1.234");
        assertThat(new JsonText().millis(5_000).toString()).isEqualTo("0.005");
        assertThat(new JsonText().millis(-1_050_000).toString()).isEqualTo("-1.050");
        assertThat(new JsonText().millis(-10).toString()).isEqualTo("0.000");
    }
}
