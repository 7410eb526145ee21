package io.armature.console.feed;

import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources' states. A change is read at once if nothing was published in the last {@link
 * #INTERVAL}, else at its end, together with what changes until then; and not at all while nobody
 * watches. Reading happens on the executor, one task at a time.
 */
public final class ConsoleFeed implements AutoCloseable {

    /** Changes within this time become one update. */
    public static final Duration INTERVAL = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleFeed.class);
    private static final int MAX_CHARACTERS = 256 * 1024;

    private final DeviceClock clock;
    private final Executor executor;
    private final BooleanSupplier watched;
    private final BiConsumer<String, String> publish;
    private final Map<String, Watch> watches = new HashMap<>();
    private boolean scheduled;
    private boolean closed;
    private long publishedNanos;

    /**
     * @param executor serial
     * @param watched whether anybody wants updates
     * @param publish takes a source's name and its new state, one line of JSON
     */
    public ConsoleFeed(
            DeviceClock clock,
            Executor executor,
            BooleanSupplier watched,
            BiConsumer<String, String> publish) {
        this.clock = clock;
        this.executor = executor;
        this.watched = watched;
        this.publish = publish;
        this.publishedNanos = clock.monotonicNanos() - INTERVAL.toNanos();
    }

    /** One source. */
    private final class Watch {
        private final ConsoleSource source;
        private ConsoleSource.Subscription subscription;
        private boolean dirty = true;
        private String state = "";

        Watch(ConsoleSource source) {
            this.source = source;
        }

        void changed() {
            synchronized (ConsoleFeed.this) {
                dirty = true;
            }
            schedule();
        }
    }

    /** Shows a source from now on. */
    public void add(ConsoleSource source) {
        Watch watch = new Watch(source);
        Watch before;
        synchronized (this) {
            if (closed) {
                return;
            }
            before = watches.put(source.name(), watch);
        }
        end(before);
        ConsoleSource.Subscription subscription = source.observe(watch::changed);
        boolean late;
        synchronized (this) {
            watch.subscription = subscription;
            late = closed || watches.get(source.name()) != watch;
        }
        if (late) {
            subscription.close();
        }
        schedule();
    }

    /** Forgets a source; its last state stays on the pages until a new one comes. */
    public void remove(ConsoleSource source) {
        Watch found;
        synchronized (this) {
            found = watches.get(source.name());
            if (found == null || found.source != source) {
                return;
            }
            watches.remove(source.name());
        }
        end(found);
    }

    private static void end(Watch watch) {
        if (watch != null && watch.subscription != null) {
            watch.subscription.close();
        }
    }

    /** Looks for changes again, for example because somebody watches now. */
    public void schedule() {
        Duration delay;
        synchronized (this) {
            if (closed || scheduled || !watched.getAsBoolean()) {
                return;
            }
            scheduled = true;
            long since = clock.monotonicNanos() - publishedNanos;
            delay = Duration.ofNanos(Math.max(0, INTERVAL.toNanos() - since));
        }
        if (delay.isZero()) {
            executor.execute(this::update);
        } else {
            clock.after(delay, executor, this::update);
        }
    }

    private void update() {
        List<Watch> dirty = new ArrayList<>();
        synchronized (this) {
            scheduled = false;
            publishedNanos = clock.monotonicNanos();
            for (Watch watch : watches.values()) {
                if (watch.dirty) {
                    watch.dirty = false;
                    dirty.add(watch);
                }
            }
        }
        for (Watch watch : dirty) {
            String state = read(watch.source);
            boolean changed;
            synchronized (this) {
                changed = !state.equals(watch.state) && !state.isEmpty();
                watch.state = state;
            }
            if (changed) {
                publish.accept(watch.source.name(), state);
            }
        }
    }

    /**
     * Has somebody new told all states; on the executor, so that no update is overtaken by an older
     * state.
     */
    public void tell(BiConsumer<String, String> listener) {
        executor.execute(() -> states().forEach(listener));
    }

    /** The state of this moment of every source by name, each one line of JSON. */
    public Map<String, String> states() {
        List<Watch> all;
        synchronized (this) {
            all = List.copyOf(watches.values());
        }
        Map<String, String> states = new TreeMap<>();
        for (Watch watch : all) {
            String state = read(watch.source);
            if (!state.isEmpty()) {
                states.put(watch.source.name(), state);
            }
        }
        return states;
    }

    private static String read(ConsoleSource source) {
        try {
            String state = source.snapshot();
            if (state.length() > MAX_CHARACTERS) {
                LOG.warn("console source too long name={}", source.name());
                return "";
            }
            // line ends are only white space in JSON, but mean something in a stream of events
            return state.replace('\n', ' ').replace('\r', ' ');
        } catch (RuntimeException e) {
            LOG.warn("console source failed name={}", source.name(), e);
            return "";
        }
    }

    @Override
    public void close() {
        List<Watch> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(watches.values());
            watches.clear();
        }
        all.forEach(ConsoleFeed::end);
    }
}
