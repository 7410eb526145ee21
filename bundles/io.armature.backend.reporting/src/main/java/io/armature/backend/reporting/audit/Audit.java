package io.armature.backend.reporting.audit;

import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StoredIds;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Accounts for every id of every queue by what is stored, and by nothing else. One thread. */
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
        Audit audit = new Audit();
        storage.ids(device, audit);
        TreeMap<QueueName, Account> accounts = new TreeMap<>(ORDER);
        audit.queues.forEach((name, queue) -> accounts.put(name, queue.account()));
        return accounts;
    }

    @Override
    public void entry(StoredIds ids) {
        queues.computeIfAbsent(ids.queue(), queue -> new QueueAudit()).add(ids);
    }
}
