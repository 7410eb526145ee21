package io.armature.boot.timeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Facts of this boot that outlive the conductor's bundle: a map that the framework holds, with
 * values of {@code java.*} types only, so that an updated conductor reads it and no class of the
 * old one is kept.
 *
 * <p>Any thread may call this.
 */
public final class BootRecord {

    private static final String PUBLISHED = "published:";
    private static final String SPANS = "spans";
    private static final String ANNOUNCED = "announced";
    private static final String ANNOUNCED_AT = "announced-at";
    private static final String TASKS = "tasks";
    private static final String FAILURES = "failures";

    private final ConcurrentMap<String, Object> facts;

    /**
     * @param facts the framework's map, empty at the first start of the conductor
     */
    public BootRecord(ConcurrentMap<String, Object> facts) {
        this.facts = facts;
    }

    /** Claims the publication of a milestone; false if it was claimed before in this boot. */
    public boolean claim(String milestone, long nanos) {
        return facts.putIfAbsent(PUBLISHED + milestone, nanos) == null;
    }

    /** When a milestone was published, -1 if it was not. */
    public long published(String milestone) {
        return (Long) facts.getOrDefault(PUBLISHED + milestone, -1L);
    }

    /** Notes the first announcement; false if there was one before in this boot. */
    public boolean announce(String by, long nanos) {
        facts.putIfAbsent(ANNOUNCED_AT, nanos);
        return facts.putIfAbsent(ANNOUNCED, by) == null;
    }

    /** When the application announced, -1 if it has not. */
    public long announcedNanos() {
        return (Long) facts.getOrDefault(ANNOUNCED_AT, -1L);
    }

    /** Who announced, null if nobody has. */
    public String announcedBy() {
        return (String) facts.get(ANNOUNCED);
    }

    /**
     * Notes that a task starts.
     *
     * @param done completed when the task is over
     * @return the future of the task's first run in this boot, null if this is the first
     */
    public CompletableFuture<Void> startTask(String key, CompletableFuture<Void> done) {
        return tasks().putIfAbsent(key, done);
    }

    /** Tasks that have started and are not over, in no order. */
    public List<String> openTasks() {
        List<String> open = new ArrayList<>();
        tasks().forEach(
                        (key, done) -> {
                            if (!done.isDone()) {
                                open.add(key);
                            }
                        });
        return open;
    }

    @SuppressWarnings("unchecked") // nobody else writes the key
    private ConcurrentMap<String, CompletableFuture<Void>> tasks() {
        return (ConcurrentMap<String, CompletableFuture<Void>>)
                facts.computeIfAbsent(TASKS, k -> new ConcurrentHashMap<>());
    }

    /** Notes something that went wrong and did not stop the boot. */
    public void failed(String subject, String reason) {
        failures().put(subject, reason);
    }

    /** What went wrong, by subject. */
    @SuppressWarnings("unchecked") // nobody else writes the key
    public ConcurrentMap<String, String> failures() {
        return (ConcurrentMap<String, String>)
                facts.computeIfAbsent(FAILURES, k -> new ConcurrentHashMap<>());
    }

    /** A number noted before, or that other one. */
    public long number(String key, long otherwise) {
        return (Long) facts.getOrDefault("number:" + key, otherwise);
    }

    /** Notes a number. */
    public void note(String key, long value) {
        facts.put("number:" + key, value);
    }

    /** Notes a text; null removes it. */
    public void text(String key, String value) {
        if (value == null) {
            facts.remove("text:" + key);
        } else {
            facts.put("text:" + key, value);
        }
    }

    /** A text noted before, null if there is none. */
    public String text(String key) {
        return (String) facts.get("text:" + key);
    }

    /** Removes a text if it is still that one; true for exactly one of several callers. */
    public boolean removeText(String key, String value) {
        return facts.remove("text:" + key, value);
    }

    @SuppressWarnings("unchecked") // nobody else writes the key
    List<Map<String, Object>> spans() {
        return (List<Map<String, Object>>)
                facts.computeIfAbsent(
                        SPANS, k -> Collections.synchronizedList(new ArrayList<>(128)));
    }
}
