package io.armature.boot;

import static io.armature.boot.timeline.Timeline.NONE;

import io.armature.boot.api.Phase;
import io.armature.boot.conductor.Conductor;
import io.armature.boot.timeline.Span.Kind;
import io.armature.boot.timeline.Timeline;
import java.util.HashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Notes when each bundle starts. The start-level thread starts one after another; what it does for
 * a bundle after its STARTED event (its components) counts up to the next bundle.
 */
final class BundleStamps implements SynchronousBundleListener {

    private static final Phase[] PHASES = Phase.values();

    private final Conductor conductor;
    private final Timeline timeline;
    private final Runnable stopping;
    private final Map<Long, Integer> open = new HashMap<>();
    private int last;
    private Phase lastPhase = Phase.FRAMEWORK;
    private Thread lastThread;

    /**
     * @param before the span before the first bundle
     * @param stopping called when the framework begins to stop
     */
    BundleStamps(Conductor conductor, Timeline timeline, int before, Runnable stopping) {
        this.conductor = conductor;
        this.timeline = timeline;
        this.stopping = stopping;
        last = before;
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        switch (event.getType()) {
            case BundleEvent.STARTING -> starting(bundle);
            case BundleEvent.STARTED -> started(bundle);
            case BundleEvent.STOPPING -> {
                if (bundle.getBundleId() == 0) {
                    stopping.run();
                }
            }
            default -> {} // nothing that takes time at boot
        }
    }

    private synchronized void starting(Bundle bundle) {
        Phase phase = phase(bundle);
        if (phase == null || conductor.isReached(Phase.SYSTEM_SERVICES)) {
            return;
        }
        long now = System.nanoTime();
        if (Thread.currentThread().equals(lastThread) && phase == lastPhase) {
            timeline.end(last, now);
        }
        int[] after = phase == lastPhase && last != NONE ? new int[] {last} : causes(phase);
        last = timeline.begin(Kind.BUNDLE, bundle.getSymbolicName(), now, after);
        lastPhase = phase;
        lastThread = Thread.currentThread();
        open.put(bundle.getBundleId(), last);
        conductor.progress(phase).bundle(last);
    }

    private int[] causes(Phase phase) {
        return phase == Phase.STARTUP ? new int[] {last} : conductor.causesOf(phase);
    }

    private synchronized void started(Bundle bundle) {
        Integer span = open.remove(bundle.getBundleId());
        if (span != null) {
            timeline.end(span, System.nanoTime());
        }
    }

    private static Phase phase(Bundle bundle) {
        int level = bundle.adapt(BundleStartLevel.class).getStartLevel();
        for (Phase phase : PHASES) {
            if (phase.level() == level) {
                return phase;
            }
        }
        return null;
    }
}
