package io.armature.backend.reporting.audit;

import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StoredIds;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Accounts for every id of every queue by what is stored, and by what its device last said of it.
 * One thread.
 */
public final class Audit implements IdSink {

    private static final Comparator<QueueName> ORDER =
            Comparator.comparing(QueueName::device)
                    .thenComparing(QueueName::priority)
                    .thenComparing(QueueName::generationGuid)
                    .thenComparing(QueueName::generationId);

    private final TreeMap<QueueName, QueueAudit> queues = new TreeMap<>(ORDER);

    private Audit() {}

    /**
     * Reads a storage.
     *
     * @param device only this device's queues, else all
     * @return the account of each queue, by device, priority and generation
     */
    public static Map<QueueName, Account> of(RecordStorage storage, Optional<String> device)
            throws IOException {
        // First what devices say: what is stored after that can only be more.
        return of(storage, device, LastWords.all(storage, device).values());
    }

    /**
     * As {@link #of(RecordStorage, Optional)}.
     *
     * @param words of the same devices, read before
     */
    public static Map<QueueName, Account> of(
            RecordStorage storage, Optional<String> device, Collection<LastWords> words)
            throws IOException {
        Map<QueueName, Statement.Queue> said = new HashMap<>();
        words.forEach(one -> said.putAll(one.queues()));
        Audit audit = new Audit();
        storage.ids(device, audit);
        said.keySet().forEach(audit::queue);
        TreeMap<QueueName, Account> accounts = new TreeMap<>(ORDER);
        audit.queues.forEach(
                (name, queue) ->
                        accounts.put(name, queue.account(Optional.ofNullable(said.get(name)))));
        return accounts;
    }

    @Override
    public void entry(StoredIds ids) {
        queue(ids.queue()).add(ids);
    }

    private QueueAudit queue(QueueName name) {
        return queues.computeIfAbsent(name, queue -> new QueueAudit());
    }
}
