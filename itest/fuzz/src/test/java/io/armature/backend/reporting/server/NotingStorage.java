package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordSink;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.platform.api.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Keeps what it is given, in memory; ids that end in 7 have passed. */
final class NotingStorage implements RecordStorage {

    final Map<String, ByteString> notes = new ConcurrentHashMap<>();
    final List<Arrival> stored = new CopyOnWriteArrayList<>();

    @Override
    public boolean passed(QueueName queue, long id) {
        return id % 10 == 7;
    }

    @Override
    public Map<QueueName, Long> store(List<Arrival> arrivals, Set<String> missed) {
        stored.addAll(arrivals);
        return Map.of();
    }

    @Override
    public Map<String, DeviceCounts> counts() {
        return Map.of();
    }

    @Override
    public void read(Optional<String> device, RecordSink sink) {
        throw new AssertionError("nobody reads");
    }

    @Override
    public void follow(Optional<String> device, RecordSink sink, BooleanSupplier end) {
        throw new AssertionError("nobody follows");
    }

    @Override
    public void wake() {
        throw new AssertionError("nobody follows");
    }

    @Override
    public void ids(Optional<String> device, IdSink sink) {
        throw new AssertionError("nobody audits");
    }

    @Override
    public void note(String device, String name, ByteString value) {
        if (value.size() > 64 << 10) {
            throw new AssertionError("a note of " + value.size() + " bytes");
        }
        notes.put(name, value);
    }

    @Override
    public Map<String, ByteString> noted(String device) {
        return Map.copyOf(notes);
    }

    @Override
    public Set<String> notedDevices() {
        return Set.of();
    }

    @Override
    public List<Fault> faults() {
        return List.of();
    }

    @Override
    public void close() {
        // nothing is open
    }
}
