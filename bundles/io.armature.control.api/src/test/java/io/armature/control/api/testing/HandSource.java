package io.armature.control.api.testing;

import io.armature.control.api.ConsoleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A source whose state a test sets. Any thread may call this; observers run on who sets it. */
public final class HandSource implements ConsoleSource {

    private final String name;
    private final List<Observation> observations = new ArrayList<>();
    private String state;
    private int reads;

    /**
     * @param state what it shows first, JSON
     */
    public HandSource(String name, String state) {
        this.name = name;
        this.state = state;
    }

    private final class Observation implements Subscription {
        private final Runnable changed;

        Observation(Runnable changed) {
            this.changed = changed;
        }

        @Override
        public void close() {
            synchronized (HandSource.this) {
                observations.remove(this);
            }
        }
    }

    /** Shows something else and tells those who observe. */
    public void set(String next) {
        List<Observation> told;
        synchronized (this) {
            state = next;
            told = List.copyOf(observations);
        }
        told.forEach(observation -> observation.changed.run());
    }

    /** Fails from now on when it is read, until it is set; tells those who observe. */
    public void fail() {
        set(null);
    }

    /** How often it was read. */
    public synchronized int reads() {
        return reads;
    }

    /** Whether somebody observes it. */
    public synchronized boolean observed() {
        return !observations.isEmpty();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized String snapshot() {
        reads++;
        if (state == null) {
            throw new IllegalStateException("broken");
        }
        return state;
    }

    @Override
    public synchronized Subscription observe(Runnable changed) {
        Observation observation = new Observation(Objects.requireNonNull(changed, "changed"));
        observations.add(observation);
        return observation;
    }
}
