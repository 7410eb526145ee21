package io.armature.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerRuleTest {

    @TempDir Path folder;

    private PeerRule rule(String group) throws IOException {
        Path groups = folder.resolve("group");
        Files.writeString(groups, "root:x:0:\narmature:x:200:ann,ben\nothers:x:201:eve\n");
        return new PeerRule("device", group, groups);
    }

    @Test
    void rootOwnerAndMembersMay() throws Exception {
        PeerRule rule = rule("armature");
        assertThat(rule.allows("root", "root")).isTrue();
        assertThat(rule.allows("device", "nogroup")).isTrue();
        assertThat(rule.allows("ben", "users")).as("supplementary member").isTrue();
        assertThat(rule.allows("carl", "armature")).as("primary group").isTrue();
    }

    @Test
    void othersMayNot() throws Exception {
        assertThat(rule("armature").allows("eve", "others")).isFalse();
        assertThat(rule("armature").allows("1234", "1234")).isFalse();
        assertThat(rule("").allows("ben", "armature")).as("no group is set").isFalse();
        assertThat(rule("").allows("x", "")).isFalse();
        assertThat(new PeerRule("device", "armature", folder.resolve("none")).allows("ben", "b"))
                .isFalse();
    }
}
