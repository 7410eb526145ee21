package io.armature.backend.reporting.audit;

import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StoredIds;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        // First what devices say: what is stored after that can only be more.
        Map<String, Statement> said = new TreeMap<>();
        for (String one : device.isPresent() ? Set.of(device.get()) : storage.notedDevices()) {
            Statement.last(storage, one).ifPresent(statement -> said.put(one, statement));
        }
        Audit audit = new Audit();
        storage.ids(device, audit);
        said.values().forEach(statement -> statement.queues().keySet().forEach(audit::queue));
        TreeMap<QueueName, Account> accounts = new TreeMap<>(ORDER);
        audit.queues.forEach(
                (name, queue) ->
                        accounts.put(
                                name,
                                queue.account(
                                        Optional.ofNullable(said.get(name.device()))
                                                .map(statement -> statement.queues().get(name)))));
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
