package io.armature.boot.components;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Span;
import io.armature.boot.timeline.Span.Kind;
import io.armature.boot.timeline.Timeline;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.Logger;

class ComponentLogTest {

    private final Timeline timeline = new Timeline(new BootRecord(new ConcurrentHashMap<>()));
    private final AtomicBoolean booting = new AtomicBoolean(true);
    private final ComponentLog log = new ComponentLog(new Activations(timeline), booting::get);

    @Test
    void activationIsASpanFromCollectedDependenciesToTheInstance() {
        Logger component = log.getLogger(null, "io.armature.x.Thing", Logger.class);
        component.debug("bundle x [thing(3)] : ActivateInternal");
        component.debug("bundle x [thing(3)] : This thread collected dependencies");
        component.debug("bundle x [thing(3)] : Set implementation object for component");
        assertThat(timeline.spans()).hasSize(1);
        Span span = timeline.spans().get(0);
        assertThat(span.kind()).isEqualTo(Kind.COMPONENT);
        assertThat(span.name()).isEqualTo("io.armature.x.Thing");
        assertThat(span.endNanos()).isGreaterThanOrEqualTo(span.startNanos());
        assertThat(span.thread()).isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void nestedActivationsAreTwoSpans() {
        Logger outer = log.getLogger("outer");
        Logger inner = log.getLogger("inner");
        outer.debug("This thread collected dependencies");
        inner.debug("This thread collected dependencies");
        inner.debug("Set implementation object for component");
        outer.debug("Set implementation object for component");
        assertThat(timeline.spans()).extracting(Span::name).containsExactly("inner", "outer");
        assertThat(timeline.spans().get(1).startNanos())
                .isLessThanOrEqualTo(timeline.spans().get(0).startNanos());
    }

    @Test
    void afterTheBootAndForTheRuntimeItselfNothingIsHeard() {
        Logger component = log.getLogger("x");
        assertThat(component.isDebugEnabled()).isTrue();
        assertThat(log.getLogger(Logger.ROOT_LOGGER_NAME).isDebugEnabled()).isFalse();
        booting.set(false);
        assertThat(component.isDebugEnabled()).isFalse();
        component.debug("Set implementation object for component");
        assertThat(timeline.spans()).isEmpty();
    }
}
