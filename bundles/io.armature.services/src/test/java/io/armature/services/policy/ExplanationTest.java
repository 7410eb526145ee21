package io.armature.services.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {

    @TempDir Path folder;

    private Loaded loaded;
    private String first;
    private String second;

    @BeforeEach
    void load() throws Exception {
        first =
                Files.writeString(
                                folder.resolve("1"),
                                """
                                [{"bundle":"some.bundle","own":["A"]},
                                 {"identity":"label","request":["A", "Orphan"]},
                                 {"user":"u","own":["B"],"request":["B"]}]""")
                        .toString();
        second =
                Files.writeString(folder.resolve("2"), "[{\"user\":\"u\",\"own\":[\"A\"]}]")
                        .toString();
        loaded = PolicyLoader.load(List.of(folder), name -> OptionalLong.of(5));
    }

    private List<String> explain(String who, String service) {
        return Explanation.of(loaded, who, service).sentences();
    }

    @Test
    void saysWhichFilesDoNotCount() throws IOException {
        String bad = Files.writeString(folder.resolve("3"), "[{\"own\":[\"Lost\"]}]").toString();
        loaded = PolicyLoader.load(List.of(folder), name -> OptionalLong.of(5));
        assertThat(explain("u", "Lost"))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("no policy file names Lost"),
                        second -> assertThat(second).startsWith("not counted: " + bad + ":1:"));
        assertThat(explain("u", "B")).hasSize(3).last().asString().contains(bad);
        Files.writeString(folder.resolve("4"), "nonsense");
        loaded = PolicyLoader.load(List.of(folder), name -> OptionalLong.of(5));
        assertThat(explain("u", "Lost"))
                .last()
                .asString()
                .contains(bad)
                .endsWith(" (and 1 more, see 'services check-policy')");
    }

    @Test
    void namesTheRuleThatAllows() {
        assertThat(explain("u", "B"))
                .containsExactly(
                        "user u (" + first + ":3) may own B",
                        "user u (" + first + ":3) may request B");
    }

    @Test
    void namesTheOwnerWhereItIsAnother() {
        assertThat(explain("label", "A"))
                .startsWith(
                        "no rule lets label own A",
                        "identity label (" + first + ":2) may request A",
                        "the owner of A is bundle some.bundle (" + first + ":1)");
        assertThat(explain("label", "Orphan"))
                .containsExactly(
                        "no rule lets label own Orphan",
                        "identity label (" + first + ":2) may request Orphan",
                        "nobody may own Orphan");
    }

    @Test
    void namesTheConflictThatTookARuleAway() {
        assertThat(Explanation.of(loaded, "u", "A").owns()).isEmpty();
        assertThat(explain("u", "A"))
                .last()
                .asString()
                .startsWith(second + ":1:21: conflict: second owner user u of A");
        assertThat(explain("some.bundle", "A"))
                .first()
                .isEqualTo("bundle some.bundle (" + first + ":1) may own A");
    }

    @Test
    void saysThatNoFileNamesIt() {
        assertThat(explain("u", "A\u001b")).containsExactly("no policy file names A\\u001b");
    }
}
