package io.armature.services.hooks;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.ServiceManager.Subscription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who looked for governed services that policy hides, for people who look for the reason: one line
 * for each bundle and service. Any thread; adding calls nobody, for it happens within the
 * framework's look-ups.
 */
public final class HiddenLookUps {

    /** Lines kept; of more, the one that was longest ago is dropped. */
    public static final int LIMIT = 64;

    /**
     * One line.
     *
     * @param bundle symbolic name of who looked
     * @param service governed name
     * @param count look-ups and events that were hidden
     * @param last wall time of the last one
     */
    public record Line(String bundle, String service, long count, Instant last) {}

    private final DeviceClock clock;
    private final Executor telling;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean owed = new AtomicBoolean();

    /** The one that was longest ago first; guarded by itself. Its keys need no code of ours. */
    private final Map<List<String>, Line> lines = new LinkedHashMap<>();

    /**
     * @param telling where listeners run
     */
    public HiddenLookUps(DeviceClock clock, Executor telling) {
        this.clock = clock;
        this.telling = telling;
    }

    /** Adds one. */
    public void add(String bundle, String service) {
        Instant now = clock.wall();
        List<String> key = List.of(bundle, service);
        synchronized (lines) {
            Line before = lines.remove(key);
            long count = before == null ? 0 : before.count();
            lines.put(key, new Line(bundle, service, count + 1, now));
            if (lines.size() > LIMIT) {
                lines.remove(lines.keySet().iterator().next());
            }
        }
        if (!listeners.isEmpty() && owed.compareAndSet(false, true)) {
            telling.execute(this::tell);
        }
    }

    private void tell() {
        owed.set(false);
        listeners.forEach(Runnable::run);
    }

    /** All lines, the latest first. */
    public List<Line> list() {
        List<Line> all;
        synchronized (lines) {
            all = new ArrayList<>(lines.values());
        }
        Collections.reverse(all);
        return List.copyOf(all);
    }

    /** Has a listener run after look-ups were added, once for those that come together. */
    public Subscription onChange(Runnable listener) {
        Runnable own = listener::run; // the same one may listen twice
        listeners.add(own);
        return () -> listeners.remove(own);
    }
}
