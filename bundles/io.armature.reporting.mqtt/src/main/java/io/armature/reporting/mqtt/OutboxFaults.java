package io.armature.reporting.mqtt;

import io.armature.platform.api.Fault;
import io.armature.reporting.mqtt.BatchSplitter.Oversized;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator should know of batches. Any thread may read {@link #list}; the rest belongs to
 * the bridge's thread.
 */
final class OutboxFaults {

    /** Sent that often without a confirmation, about a minute and a half, something is wrong. */
    static final int MANY_ATTEMPTS = 6;

    private static final int MAX_SHOWN = 8;

    private final int maxPacketBytes;
    private final Optional<SetAside> setAside;
    private final Set<Oversized> oversized = new LinkedHashSet<>();
    private final Map<QueueKey, Integer> unconfirmed = new LinkedHashMap<>();
    private Optional<String> refusal = Optional.empty();
    private Optional<String> budget = Optional.empty();
    private Optional<String> learned = Optional.empty();
    private volatile List<Fault> shown = List.of();

    OutboxFaults(int maxPacketBytes, Optional<SetAside> setAside) {
        this.maxPacketBytes = maxPacketBytes;
        this.setAside = setAside;
    }

    /** Any thread may call this. */
    List<Fault> list() {
        Optional<String> kept = setAside.flatMap(SetAside::fault);
        if (kept.isEmpty()) {
            return shown;
        }
        List<Fault> all = new ArrayList<>(shown);
        all.add(fault("records set aside", kept.get()));
        return all;
    }

    void oversized(Oversized record) {
        oversized.add(record);
        if (oversized.size() > MAX_SHOWN) {
            oversized.remove(oversized.iterator().next());
        }
        show();
    }

    /** Records of a queue were sent, the worst of them so often. */
    void sent(QueueKey queue, int attempts) {
        boolean room = unconfirmed.size() < MAX_SHOWN || unconfirmed.containsKey(queue);
        if (attempts >= MANY_ATTEMPTS && room) {
            unconfirmed.merge(queue, attempts, Math::max);
            show();
        }
    }

    void confirmed(QueueKey queue, long id) {
        boolean changed = unconfirmed.remove(queue) != null;
        changed |= oversized.removeIf(one -> one.queue().equals(queue) && one.id() <= id);
        if (changed) {
            show();
        }
    }

    /** None if packets get through. */
    void refusal(Optional<String> reason) {
        if (!refusal.equals(reason)) {
            refusal = reason;
            show();
        }
    }

    /**
     * @param text empty if there is room
     */
    void budget(String text) {
        Optional<String> now = Optional.of(text).filter(one -> !one.isEmpty());
        if (!budget.equals(now)) {
            budget = now;
            show();
        }
    }

    /** None if packets are as large as they were meant to be. */
    void learned(Optional<String> text) {
        if (!learned.equals(text)) {
            learned = text;
            show();
        }
    }

    private void show() {
        List<Fault> all = new ArrayList<>();
        for (Oversized record : oversized) {
            all.add(
                    fault(
                            "record " + record.queue() + "/" + record.id(),
                            record.bytes()
                                    + " bytes fit into no packet: raise max_packet_bytes (now "
                                    + maxPacketBytes
                                    + ") and the broker's limit"));
        }
        unconfirmed.forEach(
                (queue, attempts) ->
                        all.add(
                                fault(
                                        "queue " + queue,
                                        "records were sent "
                                                + attempts
                                                + " times and never confirmed: does the server"
                                                + " run, and does the broker drop what is larger"
                                                + " than its limit for messages?")));
        refusal.ifPresent(text -> all.add(fault("packets", text)));
        budget.ifPresent(text -> all.add(fault("budget_bytes_per_hour", text)));
        learned.ifPresent(text -> all.add(fault("max_packet_bytes", text)));
        shown = List.copyOf(all);
    }

    private static Fault fault(String subject, String reason) {
        return new Fault(MqttBridge.SOURCE, subject, reason);
    }
}
