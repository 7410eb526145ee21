package io.armature.boot.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.timeline.Span.Kind;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class CriticalPathTest {

    private final Timeline timeline = new Timeline(new BootRecord(new ConcurrentHashMap<>()));

    private List<String> path() {
        List<Span> spans = timeline.spans();
        return CriticalPath.of(spans).stream().mapToObj(id -> spans.get(id).name()).toList();
    }

    @Test
    void emptyRecordHasNoPath() {
        assertThat(path()).isEmpty();
    }

    @Test
    void pathFollowsWhatEndedLast() {
        int jvm = timeline.add(Kind.JVM, "jvm", 0, 40);
        int a = timeline.add(Kind.BUNDLE, "a", 40, 50, jvm);
        int b = timeline.add(Kind.BUNDLE, "b", 50, 60, a);
        int quick = timeline.add(Kind.TASK, "quick", 60, 70, b);
        int slow = timeline.add(Kind.TASK, "slow", 60, 90, b);
        timeline.add(Kind.MILESTONE, "done", 90, 95, b, quick, slow);
        assertThat(path()).containsExactly("jvm", "a", "b", "slow", "done");
    }

    @Test
    void pathGoesBackFromTheLastMilestone() {
        int first = timeline.add(Kind.MILESTONE, "first", 10, 12);
        timeline.add(Kind.MILESTONE, "aside", 20, 22);
        int bundle = timeline.add(Kind.BUNDLE, "bundle", 12, 28, first);
        timeline.add(Kind.MILESTONE, "last", 30, 31, bundle);
        assertThat(path()).containsExactly("first", "bundle", "last");
    }

    @Test
    void componentsOfCriticalSpansOnTheSameThreadAreCritical() {
        int bundle = timeline.begin(Kind.BUNDLE, "bundle", 10);
        int inside = timeline.begin(Kind.COMPONENT, "inside", 12);
        timeline.end(inside, 14);
        timeline.end(bundle, 20);
        int outside = timeline.begin(Kind.COMPONENT, "outside", 40);
        timeline.end(outside, 44);
        timeline.add(Kind.COMPONENT, "elsewhere", 13, 14);
        timeline.add(Kind.MILESTONE, "done", 20, 21, bundle);
        assertThat(path()).containsExactly("bundle", "inside", "done");
    }

    @Test
    void unfinishedSpanIsNeverWaitedFor() {
        int open = timeline.begin(Kind.TASK, "open", 0);
        int ended = timeline.add(Kind.TASK, "ended", 0, 5);
        timeline.add(Kind.MILESTONE, "done", 6, 7, open, ended);
        assertThat(path()).containsExactly("ended", "done");
    }

    @Test
    void unknownCauseIsLeftOut() {
        timeline.add(Kind.MILESTONE, "done", 6, 7, Timeline.NONE);
        assertThat(path()).containsExactly("done");
        assertThat(timeline.spans().get(0).after()).isEmpty();
    }

    @Test
    void recordHoldsJavaTypesOnlySoThatNoClassOfAnOldVersionIsKept() {
        ConcurrentHashMap<String, Object> facts = new ConcurrentHashMap<>();
        BootRecord record = new BootRecord(facts);
        new Timeline(record).add(Kind.BUNDLE, "a", 1, 2, 0);
        record.claim("m", 1);
        record.announce("app", 2);
        record.note("n", 3);
        record.text("t", "x");
        record.failed("s", "r");
        record.startTask("p/t", new java.util.concurrent.CompletableFuture<>());
        facts.values().forEach(CriticalPathTest::javaOnly);
    }

    private static void javaOnly(Object value) {
        assertThat(value.getClass().getClassLoader()).as(value.getClass().getName()).isNull();
        if (value instanceof Iterable<?> list) {
            list.forEach(CriticalPathTest::javaOnly);
        }
        if (value instanceof java.util.Map<?, ?> map) {
            map.values().forEach(CriticalPathTest::javaOnly);
        }
    }
}
