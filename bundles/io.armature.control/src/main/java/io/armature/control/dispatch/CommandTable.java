package io.armature.control.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The commands by name: those that are there and those that were there and will come back. Any
 * thread may call this.
 */
public final class CommandTable {

    /** More names than any device has; bounds the memory that a broken bundle can take. */
    private static final int MAX_NAMES = 256;

    private static final long LOOK_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, List<CommandEntry>> present = new HashMap<>();
    private final TreeSet<String> known = new TreeSet<>();
    private final TreeSet<String> seen = new TreeSet<>();
    private boolean unsaved;
    private boolean closed;

    /**
     * @param remembered names from earlier runs
     */
    public CommandTable(Collection<String> remembered) {
        remembered.stream().limit(MAX_NAMES).forEach(known::add);
    }

    public void add(String name, CommandEntry entry) {
        lock.lock();
        try {
            // the newest first: it answers while an old one is still on its way out
            present.computeIfAbsent(name, key -> new ArrayList<>()).add(0, entry);
            seen.add(name);
            if (known.size() < MAX_NAMES && known.add(name)) {
                unsaved = true;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public void remove(String name, CommandEntry entry) {
        lock.lock();
        try {
            List<CommandEntry> entries = present.get(name);
            if (entries != null && entries.remove(entry) && entries.isEmpty()) {
                present.remove(name);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What {@link #find} found out. */
    public sealed interface Found {

        /** It is there. */
        record Present(CommandEntry entry) implements Found {}

        /** Nobody has ever heard of it. */
        record Unknown() implements Found {}

        /** It is known, but did not come back in time. */
        record Away() implements Found {}

        /** The table was closed while waiting. */
        record Closed() implements Found {}
    }

    /**
     * Finds a command; waits for one that is known but away.
     *
     * @param abandoned asked now and then while waiting: true ends the wait
     */
    public Found find(String name, Duration patience, BooleanSupplier abandoned)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (true) {
                Optional<CommandEntry> entry = first(name);
                if (closed) {
                    return new Found.Closed();
                }
                if (entry.isPresent()) {
                    return new Found.Present(entry.get());
                }
                if (!known.contains(name)) {
                    return new Found.Unknown();
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || abandoned.getAsBoolean()) {
                    return new Found.Away();
                }
                long look = Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
                changed.awaitNanos(look);
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<CommandEntry> first(String name) {
        return Optional.ofNullable(present.get(name)).map(entries -> entries.get(0));
    }

    /** Forgets a remembered name that did not come in this run: its feature has been removed. */
    public void forgetUnseen(String name) {
        lock.lock();
        try {
            if (!seen.contains(name) && known.remove(name)) {
                unsaved = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Names of all commands, sorted; those that are away included. */
    public List<String> names() {
        lock.lock();
        try {
            return List.copyOf(known);
        } finally {
            lock.unlock();
        }
    }

    /** The names to be remembered, once after they changed. */
    public Optional<List<String>> takeUnsaved() {
        lock.lock();
        try {
            if (!unsaved) {
                return Optional.empty();
            }
            unsaved = false;
            return Optional.of(List.copyOf(known));
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody go who waits. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
