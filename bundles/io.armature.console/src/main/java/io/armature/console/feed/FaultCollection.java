package io.armature.console.feed;

import io.armature.control.api.ConsoleSource;
import io.armature.control.api.JsonText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The faults of all parts as one source. Parts do not tell when a fault comes or goes; {@link
 * #look()} is called with every beat of the console.
 */
public final class FaultCollection implements ConsoleSource {

    private final List<FaultSource> sources = new CopyOnWriteArrayList<>();
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();

    public void add(FaultSource source) {
        sources.add(source);
        look();
    }

    public void remove(FaultSource source) {
        sources.remove(source);
        look();
    }

    /** Has the observers read again. */
    public void look() {
        observers.forEach(Runnable::run);
    }

    @Override
    public String name() {
        return "faults";
    }

    @Override
    public String snapshot() {
        return sources.stream()
                .flatMap(source -> source.faults().stream())
                .map(FaultCollection::json)
                .collect(Collectors.joining(",", "{\"faults\":[", "]}"));
    }

    private static String json(Fault fault) {
        return "{\"source\":"
                + JsonText.quoted(fault.source())
                + ",\"subject\":"
                + JsonText.quoted(fault.subject())
                + ",\"reason\":"
                + JsonText.quoted(fault.reason())
                + "}";
    }

    @Override
    public Subscription observe(Runnable changed) {
        Runnable own = changed::run; // the same one may observe twice
        observers.add(own);
        return () -> observers.remove(own);
    }
}
