package io.armature.backend.reporting.storage;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordSink;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.platform.api.Fault;
import io.armature.reporting.proto.Record;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Records as JSON lines in files of this machine: for one server. */
public final class LineStorage implements RecordStorage {

    private final RecordStore store;
    private final DeviceNotes notes;

    /**
     * @param store used by nobody else from now on; closed with this
     */
    public LineStorage(RecordStore store, DeviceNotes notes) {
        this.store = store;
        this.notes = notes;
    }

    /** A record as {@code armature backend records} prints it. */
    public static byte[] print(QueueName queue, long id, Record record) throws IOException {
        return RecordLine.printed(queue, id, record);
    }

    @Override
    public boolean passed(QueueName queue, long id) {
        return store.passed(queue, id);
    }

    @Override
    public Map<QueueName, Long> store(List<Arrival> arrivals, Set<String> missed)
            throws IOException {
        Set<QueueName> touched = new LinkedHashSet<>();
        try {
            missed.forEach(store::missed);
            for (Arrival one : arrivals) {
                store.keptFrom(one.queue(), one.firstKept());
                RecordStore.Verdict verdict =
                        one.content().isPresent()
                                ? store.offer(one.queue(), one.id(), one.content().get())
                                : store.offerAgain(one.queue(), one.id());
                if (verdict != RecordStore.Verdict.LEFT) {
                    touched.add(one.queue());
                }
            }
            store.commit();
        } catch (IOException | RuntimeException e) {
            goBack(e);
            throw e;
        }
        Map<QueueName, Long> confirmable = new LinkedHashMap<>();
        for (QueueName queue : touched) {
            store.confirmable(queue).ifPresent(id -> confirmable.put(queue, id));
        }
        return confirmable;
    }

    private void goBack(Exception failure) {
        try {
            store.reload();
        } catch (IOException e) {
            // Nothing more is taken until they can be read.
            failure.addSuppressed(e);
        }
    }

    @Override
    public Map<String, DeviceCounts> counts() {
        return store.counts();
    }

    @Override
    public void read(Optional<String> device, RecordSink sink) throws IOException {
        store.lines().read(device, sink);
    }

    @Override
    public void follow(Optional<String> device, RecordSink sink, BooleanSupplier end)
            throws IOException, InterruptedException {
        store.lines().follow(device, sink, end);
    }

    @Override
    public void wake() {
        store.lines().wake();
    }

    @Override
    public void ids(Optional<String> device, IdSink sink) throws IOException {
        store.lines().ids(device, sink);
    }

    @Override
    public void note(String device, String name, ByteString value) throws IOException {
        notes.note(device, name, value);
    }

    @Override
    public Map<String, ByteString> noted(String device) throws IOException {
        return notes.noted(device);
    }

    @Override
    public Set<String> notedDevices() throws IOException {
        return notes.devices();
    }

    @Override
    public List<Fault> faults() {
        return List.of();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
