package io.armature.backend.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessListTest {

    @Test
    void deviceHasItsOwnTopics() {
        assertThat(AccessList.mayPublish("d1", "armature/v1/d1/up")).isTrue();
        assertThat(AccessList.mayPublish("d1", "armature/v1/d1/status")).isTrue();
        assertThat(AccessList.maySubscribe("d1", "armature/v1/d1/down/#")).isTrue();
        assertThat(AccessList.maySubscribe("d1", "armature/v1/d1/down/confirm")).isTrue();
        assertThat(AccessList.mayLeave("d1", "armature/v1/d1/status")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "armature/v1/d2/up",
                "armature/v1/d2/status",
                "armature/v1/d1/down/confirm",
                "armature/v1/d1/down/key",
                "armature/v1/d2/down/confirm",
                "armature/v1/d1/up/x",
                "armature/v1/d1",
                "armature/v1/+/up",
                "armature/v2/d1/up",
                "/armature/v1/d1/up",
                "$SYS/x",
                ""
            })
    void devicePublishesNowhereElse(String topic) {
        assertThat(AccessList.mayPublish("d1", topic)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+/+/+/+",
                "armature/v1/#",
                "armature/v1/+/down/#",
                "armature/v1/d2/down/#",
                "armature/v1/d1/#",
                "armature/v1/d1/+/confirm",
                "armature/v1/d1/up",
                "armature/v1/+/up",
                "armature/v1/+/status",
                "$share/g/armature/v1/d1/down/#",
                "$SYS/#"
            })
    void deviceReadsNothingElse(String filter) {
        assertThat(AccessList.maySubscribe("d1", filter)).isFalse();
    }

    @Test
    void serverReadsUpAndStatusAndPublishesDown() {
        assertThat(AccessList.maySubscribe("server", "armature/v1/+/up")).isTrue();
        assertThat(AccessList.maySubscribe("server", "armature/v1/+/status")).isTrue();
        assertThat(AccessList.mayPublish("server", "armature/v1/d1/down/confirm")).isTrue();
        assertThat(AccessList.mayPublish("server", "armature/v1/d1/down/key")).isTrue();
        assertThat(AccessList.maySubscribe("server", "#")).isFalse();
        assertThat(AccessList.maySubscribe("server", "armature/v1/+/down/#")).isFalse();
        assertThat(AccessList.mayPublish("server", "armature/v1/d1/up")).isFalse();
        assertThat(AccessList.mayPublish("server", "armature/v1/server/status")).isFalse();
        assertThat(AccessList.mayPublish("server", "armature/v1//down/confirm")).isFalse();
        assertThat(AccessList.mayPublish("server", "armature/v1/d1/down")).isFalse();
        assertThat(AccessList.mayLeave("server", "armature/v1/server/status")).isFalse();
    }

    @Test
    void nobodyMayDoNothing() {
        assertThat(AccessList.mayPublish(null, "armature/v1/null/up")).isFalse();
        assertThat(AccessList.maySubscribe(null, "armature/v1/null/down/#")).isFalse();
        assertThat(AccessList.mayLeave(null, "armature/v1/null/status")).isFalse();
        assertThat(AccessList.mayPublish("d1", null)).isFalse();
    }
}
