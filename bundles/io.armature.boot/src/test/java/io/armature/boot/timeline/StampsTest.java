package io.armature.boot.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.timeline.Span.Kind;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class StampsTest {

    private final BootRecord record = new BootRecord(new ConcurrentHashMap<>());
    private final Timeline timeline = new Timeline(record);

    @Test
    void stampsBecomeAChainUpToTheConductor() {
        String text = "stub=100,jvm=150,launcher=250,framework=300,installed=340,verified=280";
        int last = Stamps.record(record, timeline, text, null, 400);
        assertThat(timeline.spans())
                .extracting(Span::name)
                .containsExactly(
                        "stub",
                        "jvm",
                        "launcher: verified",
                        "launcher: framework",
                        "launcher: installed",
                        "framework");
        assertThat(timeline.spans().get(last).kind()).isEqualTo(Kind.FRAMEWORK);
        assertThat(timeline.spans().get(last).after()).containsExactly(last - 1);
        assertThat(record.number(Stamps.JVM_START, -1)).isEqualTo(150);
    }

    @Test
    void bundlesOfTheFirstLevelFollowOneAnotherUpToTheConductor() {
        Stamps.record(record, timeline, "jvm=150,launcher=250", "scr=300,platform=320", 400);
        assertThat(timeline.spans())
                .extracting(Span::name)
                .containsExactly("jvm", "framework", "scr", "platform");
        assertThat(timeline.spans())
                .extracting(Span::endNanos)
                .containsExactly(250L, 300L, 320L, 400L);
        assertThat(timeline.spans().get(3).after()).containsExactly(2);
    }

    @Test
    void secondConductorAddsNothing() {
        int first = Stamps.record(record, timeline, "jvm=150,launcher=250", null, 400);
        assertThat(Stamps.record(record, timeline, "jvm=150,launcher=250", null, 900))
                .isEqualTo(first);
        assertThat(timeline.spans()).hasSize(2);
    }

    @Test
    void brokenOrMissingStampsAreNoReasonToFail() {
        Stamps.record(record, timeline, "jvm=abc,=3,launcher,x=12=3,,", "", 400);
        assertThat(record.number(Stamps.JVM_START, -1)).isEqualTo(400);
        assertThat(
                        Stamps.record(
                                new BootRecord(new ConcurrentHashMap<>()), timeline, null, null, 5))
                .isEqualTo(Timeline.NONE);
    }
}
