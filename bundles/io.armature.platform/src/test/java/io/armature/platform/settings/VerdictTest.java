package io.armature.platform.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

    private static final String SETTINGS =
            """
            armature-settings 1
            feature\tp\tport\t9000\tconsole
            pid\tp\tp\tP
            pid\tempty\te\tE
            setting\tp\tflush.interval.ms\tLong\tone\t20\t1\t60000\t\tLongest wait
            setting\tp\tport\tInteger\tone\t8180\t0\t65535\t\tPort
            setting\tp\tsmall\tShort\tone\t1\t\t\t\t
            setting\tp\ttiny\tByte\tone\t1\t\t\t\t
            setting\tp\tratio\tDouble\tone\t0.5\t0\t1\t\t
            setting\tp\tpart\tFloat\tone\t0.5\t0\t\t\t
            setting\tp\ton\tBoolean\tone\tfalse\t\t\t\t
            setting\tp\tletter\tCharacter\tone\ta\t\t\t\t
            setting\tp\tname\tString\tone\tx\t1\t8\t\t
            setting\tp\tsecret\tPassword\tone\t\t4\t\t\t
            setting\tp\tmode\tString\tone\toff\t\t\toff,on\\,air,auto\t
            setting\tp\thosts\tString\tmany\ta,b\\,c\t\t\t\t
            setting\tp\tsizes\tInteger\tmany\t\t1\t9\t\t
            """;

    private static Verdict verdict(String... files) {
        JsonFiles json = new JsonFiles();
        for (int i = 0; i < files.length; i++) {
            json.read((char) ('a' + i) + ".json", files[i].getBytes(StandardCharsets.UTF_8));
        }
        return Verdict.of(Catalogue.of(SETTINGS), json.values(), json.faults());
    }

    private static String one(String key, String value) {
        return "{\"p\": {\"" + key + "\": " + value + "}}";
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    flush_interval_ms | 60000   | flush.interval.ms | java.lang.Long
                    flush_interval_ms | 1       | flush.interval.ms | java.lang.Long
                    port              | 0       | port   | java.lang.Integer
                    small             | -32768  | small  | java.lang.Short
                    tiny              | 127     | tiny   | java.lang.Byte
                    ratio             | 1       | ratio  | java.lang.Double
                    part              | 0.25    | part   | java.lang.Float
                    on                | true    | on     | java.lang.Boolean
                    letter            | "z"     | letter | java.lang.Character
                    name              | "a b"   | name   | java.lang.String
                    secret            | "abcd"  | secret | java.lang.String
                    mode              | "on,air"| mode   | java.lang.String
                    hosts             | []      | hosts  | java.lang.String[]
                    hosts             | ["x","y,z"] | hosts | java.lang.String[]
                    sizes             | [1,9]   | sizes  | java.lang.Integer[]
                    """)
    void goodValueIsUsedWithItsType(String key, String value, String id, String type) {
        Verdict verdict = verdict(one(key, value));
        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.wanted().get("p").get(id).getClass().getTypeName()).isEqualTo(type);
        assertThat(verdict.origins()).containsEntry("p/" + id, "etc/armature/a.json");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    flush_interval_ms | 0          | whole number from 1 to 60000
                    flush_interval_ms | 60001      | whole number from 1 to 60000
                    flush_interval_ms | 1.5        | whole number from 1 to 60000
                    flush_interval_ms | 1e3        | whole number from 1 to 60000
                    flush_interval_ms | "20"       | whole number from 1 to 60000
                    flush_interval_ms | [20]       | whole number from 1 to 60000
                    flush_interval_ms | null       | whole number from 1 to 60000
                    flush_interval_ms | {"x": 1}   | whole number from 1 to 60000
                    flush_interval_ms | true       | whole number from 1 to 60000
                    flush_interval_ms | 99999999999999999999999 | whole number from 1 to 60000
                    port   | -1          | whole number from 0 to 65535
                    port   | 65536       | whole number from 0 to 65535
                    small  | 32768       | whole number
                    tiny   | 128         | whole number
                    ratio  | 1.01        | number from 0 to 1
                    part   | -0.1        | number from 0
                    on     | 1           | true or false
                    on     | "true"      | true or false
                    letter | "zz"        | one character
                    letter | ""          | one character
                    name   | ""          | text from 1 to 8 characters
                    name   | "123456789" | text from 1 to 8 characters
                    name   | 5           | text from 1 to 8 characters
                    mode   | "on"        | one of off, on,air, auto
                    hosts  | "a"         | text list
                    hosts  | [["a"]]     | text list
                    hosts  | ["a", 1]    | text list
                    sizes  | [1, 10]     | whole number list from 1 to 9
                    sizes  | ["1"]       | whole number list from 1 to 9
                    """)
    void badValueIsAFaultWithFileKeyValueAndRange(String key, String value, String allowed) {
        Verdict verdict = verdict(one(key, value));
        assertThat(verdict.faults()).hasSize(1);
        Fault fault = verdict.faults().get(0);
        assertThat(fault.source()).isEqualTo("configuration");
        assertThat(fault.subject()).isEqualTo("etc/armature/a.json: p/" + key);
        assertThat(fault.reason()).contains("is not allowed: " + allowed).contains("is used");
        String id = key.replace('_', '.');
        // a bad value leaves what would be used without it
        assertThat(verdict.wanted().get("p").get(id)).isEqualTo(id.equals("port") ? 9000 : null);
    }

    @Test
    void faultNamesTheValueAndTheDefault() {
        assertThat(verdict(one("flush_interval_ms", "70000")).faults().get(0).reason())
                .isEqualTo(
                        "70000 is not allowed: whole number from 1 to 60000; the default 20 is"
                                + " used");
        assertThat(verdict(one("port", "70000")).faults().get(0).reason())
                .endsWith("the feature's value is used");
    }

    @Test
    void secretIsNeverNamed() {
        assertThat(verdict(one("secret", "\"abc\"")).faults().get(0).reason())
                .doesNotContain("abc");
    }

    @Test
    void unknownNamesAreFaultsAndTheRestCounts() {
        Verdict verdict =
                verdict("{\"q\": {\"a\": 1}, \"p\": {\"flush.interval.ms\": 5, \"on\": true}}");
        assertThat(verdict.faults())
                .extracting(Fault::subject)
                .containsExactly(
                        "etc/armature/a.json: q/a", "etc/armature/a.json: p/flush.interval.ms");
        assertThat(verdict.faults().get(1).reason()).contains("flush_interval_ms");
        assertThat(verdict.wanted().get("p")).containsEntry("on", true);
    }

    @Test
    void secondFileWithTheSameKeyIsAFaultAndTheFirstCounts() {
        Verdict verdict = verdict(one("port", "1"), one("port", "2"), one("on", "true"));
        assertThat(verdict.wanted().get("p")).containsEntry("port", 1).containsEntry("on", true);
        assertThat(verdict.faults())
                .containsExactly(
                        new Fault(
                                "configuration",
                                "etc/armature/b.json: p/port",
                                "is set before by etc/armature/a.json; that value is used"));
    }

    @Test
    void secondFileIsNotToldThatARefusedValueIsUsed() {
        List<Fault> faults = verdict(one("port", "\"x\""), one("port", "2")).faults();
        assertThat(faults).hasSize(2);
        assertThat(faults.get(1).reason())
                .startsWith("is set before by etc/armature/a.json; that value is not allowed, the ")
                .endsWith(" is used");
    }

    @Test
    void featureTakesPrecedenceOverTheDefaultAndFilesOverTheFeature() {
        assertThat(verdict().wanted()).isEqualTo(Map.of("p", Map.of("port", 9000)));
        assertThat(verdict().origins()).containsEntry("p/port", "console");
        assertThat(verdict(one("port", "1")).wanted().get("p")).containsEntry("port", 1);
    }

    @Test
    void featureForSomethingUnknownIsAFault() {
        Catalogue catalogue = Catalogue.of("armature-settings 1\nfeature\tx\ty\t1\tf\n");
        Verdict verdict = Verdict.of(catalogue, List.of(), List.of());
        assertThat(verdict.faults()).extracting(Fault::subject).containsExactly("feature f: x/y");
        assertThat(verdict.wanted()).isEmpty();
    }

    @Test
    void commentsAndTrailingCommasAreAllowed() {
        Verdict verdict = verdict("/* c */ {\n// d\n\"p\": {\"on\": true, \"sizes\": [1, 2,],},}");
        assertThat(verdict.faults()).isEmpty();
        assertThat((Integer[]) verdict.wanted().get("p").get("sizes")).containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''               | is not an object
                    []               | is not an object
                    {"p"             | is not JSON
                    {"p": 1}         | is not an object
                    {"p": {"on":     | is not JSON
                    {} {}            | has something after
                    """)
    void brokenFileIsAFault(String content, String reason) {
        Verdict verdict = verdict(content);
        assertThat(verdict.faults()).hasSize(1);
        assertThat(verdict.faults().get(0).subject()).startsWith("etc/armature/a.json");
        assertThat(verdict.faults().get(0).reason())
                .startsWith(reason)
                .doesNotContain("Source:", "StreamReadFeature");
    }

    @Test
    void whatStandsBeforeAnErrorCounts() {
        Verdict verdict = verdict("{\"p\": {\"on\": true, \"port\": oops}}");
        assertThat(verdict.wanted().get("p")).containsEntry("on", true).containsEntry("port", 9000);
        assertThat(verdict.faults())
                .singleElement()
                .satisfies(
                        fault ->
                                assertThat(fault.reason())
                                        .startsWith("is not JSON: line 1, column ")
                                        .doesNotContain("Source"));
    }

    @Test
    void hostileFilesAreBounded() {
        assertThat(verdict(one("name", "\"" + "x".repeat(20_000) + "\"")).faults()).hasSize(1);
        assertThat(verdict(one("name", "[".repeat(1_000))).faults()).hasSize(1);
        assertThat(verdict(one("port", "9".repeat(1_000))).faults()).hasSize(1);
    }

    @Test
    void settingsOfAnotherVersionAreAFaultAndNothingIsKnown() {
        Catalogue catalogue = Catalogue.of("armature-settings 2\npid\tp\tp\tP\n");
        assertThat(catalogue.settings()).isEmpty();
        assertThat(catalogue.faults()).hasSize(1);
        assertThat(Catalogue.of("").faults()).hasSize(1);
    }

    @Test
    void brokenAndUnknownLinesOfSettingsDoNotHideTheRest() {
        Catalogue catalogue =
                Catalogue.of(
                        "armature-settings 1\nlater\tx\nsetting\tp\tshort\n"
                                + "setting\tp\ta\tComplex\tone\t\t\t\t\t\n"
                                + "setting\tp\tb\tLong\tone\t1\t\t\t\t\n");
        assertThat(catalogue.settings().get("p").keySet()).containsExactly("b");
        assertThat(catalogue.faults()).hasSize(2);
    }

    @Test
    void listsAreSplitAtCommasThatNothingProtects() {
        assertThat(Catalogue.elements("")).isEmpty();
        assertThat(Catalogue.elements("a,b\\,c,\\\\")).containsExactly("a", "b,c", "\\");
        assertThat(Catalogue.elements(",")).containsExactly("", "");
    }
}
