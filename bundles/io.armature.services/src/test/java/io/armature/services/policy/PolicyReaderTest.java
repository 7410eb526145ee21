package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.armature.services.policy.Finding.Severity;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One file's text: what is accepted, and each reason for which the whole file is rejected. */
class PolicyReaderTest {

    private static final Users USERS =
            name -> {
                switch (name) {
                    case "thermald":
                        return OptionalLong.of(281);
                    case "dashboard":
                        return OptionalLong.of(1000);
                    case "broken":
                        throw new IOException("no answer\u001b");
                    default:
                        return OptionalLong.empty();
                }
            };

    private static PolicyFile read(String text) {
        return PolicyReader.read("f", text, USERS);
    }

    private static List<String> grants(PolicyFile file) {
        return file.grants().stream()
                .map(grant -> grant.right() + " " + grant.service() + " " + grant.rule())
                .toList();
    }

    @Test
    void fullFileWithCommentsAndTrailingCommasIsRead() {
        PolicyFile file =
                read(
                        """
                        // who cools
                        [ /* one
                             service */
                          { "user": "thermald", "own": ["FanControl",], },
                          { "user": "dashboard", // shows it
                            "request": ["FanControl", "Battery"] },
                          { "identity": "u:r:cros_x:s0", "request": ["FanControl"] },
                          {"bundle": "io.armature.console", "own":["Battery"], "request":["FanControl"]},
                        ] // end""");

        assertThat(file.findings()).isEmpty();
        assertThat(grants(file))
                .containsExactly(
                        "OWN FanControl user thermald (f:4)",
                        "REQUEST FanControl user dashboard (f:6)",
                        "REQUEST Battery user dashboard (f:6)",
                        "REQUEST FanControl identity u:r:cros_x:s0 (f:7)",
                        "OWN Battery bundle io.armature.console (f:8)",
                        "REQUEST FanControl bundle io.armature.console (f:8)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                " \r\n\t[ ] ",
                "[/**/]/***/",
                "[]//",
                "[{\"own\":[],\"user\":\"thermald\"}]",
                "[{\"\\u0075ser\":\"therm\\u0061ld\",\"own\":[\"\\u0041\"]}]",
                "[{\"user\":\"thermald\",\"own\":[\"A\"]},{\"user\":\"thermald\",\"own\":[\"B\"]}]",
                "[{\"user\":\"thermald\",\"own\":[\"A\"],\"request\":[\"A\",\"A\"]}]",
                "[{\"user\":\"thermald\",\"own\":[\"A\"]},{\"identity\":\"a\",\"request\":[\"A\"]}]",
                "[{\"identity\":\"vm:guest_1\",\"request\":[\"A\"]}]"
            })
    void acceptsWithoutAWord(String text) {
        assertThat(read(text).findings()).isEmpty();
    }

    @Test
    void objectWithoutOwnAndRequestIsAcceptedWithAWarning() {
        PolicyFile file = read("[{\"user\":\"thermald\"},\n {\"bundle\":\"b\",\"own\":[\"A\"]}]");

        assertThat(file.rejected()).isFalse();
        assertThat(file.findings())
                .containsExactly(
                        Finding.warning("f", 1, 2, "the object has neither own nor request"));
        assertThat(grants(file)).containsExactly("OWN A bundle b (f:2)");
    }

    @Test
    void warningsOfOneFileAreBounded() {
        PolicyFile file = read("[" + "{\"user\":\"thermald\"},".repeat(1000) + "]");

        assertThat(file.rejected()).isFalse();
        assertThat(file.findings()).hasSize(20);
    }

    static Stream<Arguments> rejections() {
        return Stream.of(
                // not JSON
                arguments("", "1:1", "expected an array [ of objects, found the end of the file"),
                arguments("[", "1:2", "expected an object { or the end of the array"),
                arguments("[]]", "1:3", "expected nothing after the array, found ]"),
                arguments("[] []", "1:4", "expected nothing after the array, found ["),
                arguments("[,]", "1:2", "found ,"),
                arguments("[{A}]", "1:3", "found A"),
                arguments("[{,}]", "1:3", "found ,"),
                arguments("[{B},]", "1:3", "expected a key or the end of the object"),
                arguments("[{\"user\"}]", "1:9", "expected : after user, found }"),
                arguments(
                        "[{\"user\":\"thermald\" \"own\":[]}]",
                        "1:21",
                        "expected a comma or the }"),
                arguments("[{\"user\":\"thermald\",,}]", "1:21", "found ,"),
                arguments("[{\"user\":\"thermald\",\"own\":[\"A\",,]}]", "1:32", "found ,"),
                arguments("[{\"user\":\"thermald\",\"own\":[,]}]", "1:28", "found ,"),
                arguments("[{\"user\":\"thermald\",\"own\":[\"A\" \"B\"]}]", "1:32", "] of own"),
                arguments("[{\"user\":\"thermald\"} {}]", "1:22", "a comma or the ] of the array"),
                arguments("[{\"user\":\"thermald\"},,]", "1:22", "found ,"),
                // extensions other than the two
                arguments("# c\n[]", "1:1", "found #"),
                arguments("['a']", "1:2", "found '"),
                arguments("[{'user':'thermald'}]", "1:3", "found '"),
                arguments("[{user:\"thermald\"}]", "1:3", "found user"),
                arguments("\uFEFF[]", "1:1", "found \\ufeff"),
                arguments("[\u00a0]", "1:2", "found \\u00a0"),
                arguments("[\f]", "1:2", "found \\u000c"),
                arguments("[\u000b]", "1:2", "found \\u000b"),
                arguments("[\u0000]", "1:2", "found \\u0000"),
                arguments("/[]", "1:1", "found /"),
                arguments("[/", "1:2", "found /"),
                arguments("[]/* x\n", "1:3", "the comment that begins here does not end"),
                arguments("[]\n/*/", "2:1", "the comment that begins here does not end"),
                arguments("[]/* /* */ */", "1:12", "found *"),
                arguments("[]// a\u0000", "1:7", "control character 0x00 in a comment"),
                arguments("[]/*\n\u001b*/", "2:1", "control character 0x1b in a comment"),
                // strings
                arguments("[{\"user", "1:3", "does not end in its line"),
                arguments("[{\"user\n\":\"thermald\"}]", "1:3", "does not end in its line"),
                arguments("[{\"user\":\"a\tb\"}]", "1:12", "control character 0x09 in a string"),
                arguments("[{\"us\\er\":\"a\"}]", "1:6", "unknown escape in a string"),
                arguments("[{\"us\\'er\":\"a\"}]", "1:6", "unknown escape in a string"),
                arguments("[{\"us\\", "1:6", "unknown escape in a string"),
                arguments("[{\"us\\u00g0\":\"a\"}]", "1:6", "four hexadecimal digits"),
                arguments("[{\"us\\u00", "1:6", "four hexadecimal digits"),
                arguments("[{\"us\\u\u0661\u0661\u0661\u0661\"", "1:6", "four hexadecimal"),
                // shape
                arguments("{}", "1:1", "expected an array [ of objects, found {"),
                arguments("{\"user\":\"thermald\"}", "1:1", "expected an array [ of objects"),
                arguments("null", "1:1", "found null"),
                arguments("[1.5e+7]", "1:2", "found 1.5e+7"),
                arguments("[null]", "1:2", "found null"),
                arguments("[[]]", "1:2", "expected an object {"),
                arguments("[\"user\"]", "1:2", "found \"user\""),
                // keys
                arguments("[{\"users\":\"thermald\"}]", "1:3", "unknown key \"users\""),
                arguments("[{\"User\":\"thermald\"}]", "1:3", "unknown key \"User\""),
                arguments("[{\"\":1}]", "1:3", "unknown key \"\""),
                arguments(
                        "[{\"user\":\"thermald\",\"note\":\"\u001b[2J\"}]",
                        "1:21",
                        "unknown key \"note\""),
                arguments("[{\"\\u001b[2J\":1}]", "1:3", "unknown key \"\\u001b[2J\""),
                arguments("[{\"" + "k".repeat(100) + "\":1}]", "1:3", "k...\", known are user"),
                arguments(
                        "[{\"user\":\"thermald\",\"user\":\"dashboard\"}]",
                        "1:21",
                        "second \"user\" in one object"),
                arguments(
                        "[{\"user\":\"thermald\",\"own\":[],\"own\":[]}]",
                        "1:30",
                        "second \"own\""),
                // subject
                arguments(
                        "[{\"user\":\"thermald\",\"identity\":\"a\"}]",
                        "1:21",
                        "both user and identity"),
                arguments(
                        "[{\"identity\":\"a\",\"user\":\"thermald\"}]",
                        "1:18",
                        "both identity and user"),
                arguments("[{\"bundle\":\"a\",\"user\":\"thermald\"}]", "1:16", "both bundle and"),
                arguments(
                        "[{\"identity\":\"a\",\"bundle\":\"a\"}]", "1:18", "both identity and bun"),
                arguments("[{}]", "1:2", "needs one of user, identity and bundle"),
                arguments("[{\"own\":[\"A\"]}]", "1:2", "needs one of user, identity and bundle"),
                arguments("[{\"user\":5}]", "1:10", "expected a string as user, found 5"),
                arguments("[{\"user\":null}]", "1:10", "expected a string as user, found null"),
                arguments("[{\"user\":[\"thermald\"]}]", "1:10", "a string as user, found ["),
                arguments("[{\"identity\":true}]", "1:14", "a string as identity, found true"),
                arguments("[{\"bundle\":{}}]", "1:12", "expected a string as bundle, found {"),
                arguments("[{\"user\":\"nobody2\"}]", "1:10", "unknown user \"nobody2\""),
                arguments("[{\"user\":\"\"}]", "1:10", "unknown user \"\""),
                arguments(
                        "[{\"user\":\"broken\"}]",
                        "1:10",
                        "cannot look up user \"broken\": no answer\\u001b"),
                arguments("[{\"identity\":\"\"}]", "1:14", "does not match [a-z0-9_:]+"),
                arguments("[{\"identity\":\"U:r\"}]", "1:14", "does not match [a-z0-9_:]+"),
                arguments("[{\"identity\":\"a\\n\"}]", "1:14", "\"a\\u000a\" does not match"),
                arguments("[{\"identity\":\"vm:\"}]", "1:14", "does not match vm:[a-z0-9_]+"),
                arguments("[{\"identity\":\"vm:a:b\"}]", "1:14", "does not match vm:[a-z0-9_]+"),
                arguments("[{\"bundle\":\"\"}]", "1:12", "is not a symbolic name"),
                arguments("[{\"bundle\":\"a..b\"}]", "1:12", "is not a symbolic name"),
                arguments("[{\"bundle\":\"a b\"}]", "1:12", "is not a symbolic name"),
                arguments(
                        "[{\"identity\":\"vm:a\",\n\"own\":[\"A\"]}]",
                        "2:8",
                        "a guest (vm:a) cannot own"),
                // names
                arguments(
                        "[{\"user\":\"thermald\",\"own\":\"A\"}]", "1:27", "an array [ of strings"),
                arguments("[{\"user\":\"thermald\",\"own\":null}]", "1:27", "as own, found null"),
                arguments(
                        "[{\"user\":\"thermald\",\"request\":{}}]", "1:31", "as request, found {"),
                arguments("[{\"user\":\"thermald\",\"own\":[1]}]", "1:28", "found 1"),
                arguments("[{\"user\":\"thermald\",\"request\":[[\"A\"]]}]", "1:32", "found ["),
                arguments(name(""), "1:28", "service name \"\" does not match"),
                arguments(name("A B"), "1:28", "service name \"A B\" does not match"),
                arguments(name("A_B"), "1:28", "does not match"),
                arguments(name("A.B"), "1:28", "does not match"),
                arguments(name("A:B"), "1:28", "does not match"),
                arguments(name("A-B"), "1:28", "does not match"),
                arguments(name("\u00c4"), "1:28", "\"\\u00c4\" does not match"),
                arguments(name("A".repeat(256)), "1:28", "does not match"),
                // owned twice
                arguments(
                        "[{\"user\":\"thermald\",\"own\":[\"A\",\"A\"]}]",
                        "1:32",
                        "A is owned twice in this file"),
                arguments(
                        "[{\"user\":\"thermald\",\"own\":[\"A\"]},\n{\"user\":\"thermald\",\"own\":[\"A\"]}]",
                        "2:27",
                        "A is owned twice in this file"),
                arguments(
                        "[{\"user\":\"thermald\",\"own\":[\"A\"]},\n{\"identity\":\"a\",\"own\":[\"A\"]}]",
                        "2:24",
                        "A is owned twice in this file"),
                arguments(
                        "[{\"bundle\":\"a\",\"own\":[\"A\"]},\n{\"bundle\":\"b\",\"own\":[\"A\"]}]",
                        "2:22",
                        "A is owned twice in this file"));
    }

    private static String name(String service) {
        return "[{\"user\":\"thermald\",\"own\":[\"" + service + "\"]}]";
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void rejectsTheWholeFileAndSaysWhereAndWhy(String text, String place, String reason) {
        PolicyFile file = read(text);

        assertThat(file.grants()).isEmpty();
        assertThat(file.rejected()).isTrue();
        Finding last = file.findings().get(file.findings().size() - 1);
        assertThat(last.severity()).isEqualTo(Severity.ERROR);
        assertThat(last.line() + ":" + last.column()).isEqualTo(place);
        assertThat(last.reason()).contains(reason);
        assertThat(last.toString()).startsWith("f:" + place + ": error: ").isPrintable();
    }

    @Test
    void failingLastObjectRejectsTheFile() {
        PolicyFile file =
                read("[{\"user\":\"thermald\",\"own\":[\"A\"]},\n{\"user\":\"dashboard\"},\n{}]");

        assertThat(file.rejected()).isTrue();
        assertThat(file.grants()).isEmpty();
        assertThat(file.findings()).hasSize(2);
    }

    @Test
    void longestNameIsAccepted() {
        assertThat(read(name("A".repeat(255))).grants()).hasSize(1);
    }

    @Test
    void deepNestingIsRejectedAtOnce() {
        assertThat(read("[".repeat(1_000_000)).findings().get(0).column()).isEqualTo(2);
    }

    @Test
    void placeCountsLinesWithinComments() {
        Finding finding = read("/* a\n\n b */ [ // c\r\n\r\n /**/ 7]").findings().get(0);

        assertThat(finding.toString()).startsWith("f:5:7: error: ").endsWith("found 7");
    }

    @Test
    void carriageReturnAloneEndsALineAndItsComment() {
        assertThat(read("//\ta\r[]").findings()).isEmpty();
        assertThat(read("// a\r\r /*\r*/ 7").findings().get(0).toString()).startsWith("f:4:4: ");
        assertThat(read("[{\"a\rb\"}]").findings().get(0).reason())
                .isEqualTo("the string that begins here does not end in its line");
    }
}
