package io.armature.itest.mutants;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordSink;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets everything that comes be confirmed, and stores it a moment later. Readers wait for that
 * moment, so that only a server that dies loses anything. Thread-safe.
 */
final class LateStorage implements RecordStorage {

    /** Longer than a confirmation takes to the device, which deletes then. */
    private static final long LATE_MS = 300;

    private static final long CLOSE_SECONDS = 4;

    private final RecordStorage real;
    private final ScheduledExecutorService storing =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mutant-store"));
    private volatile Future<?> last = CompletableFuture.completedFuture(null);

    LateStorage(RecordStorage real) {
        this.real = real;
    }

    @Override
    public Map<QueueName, Long> store(List<Arrival> arrivals, Set<String> missed) {
        List<Arrival> later = List.copyOf(arrivals);
        last = storing.schedule(() -> storeNow(later, missed), LATE_MS, TimeUnit.MILLISECONDS);
        Map<QueueName, Long> confirmable = new HashMap<>();
        later.forEach(arrival -> confirmable.merge(arrival.queue(), arrival.id(), Math::max));
        return confirmable;
    }

    private void storeNow(List<Arrival> arrivals, Set<String> missed) {
        try {
            real.store(arrivals, missed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitStored() throws IOException {
        try {
            last.get();
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() throws IOException {
        storing.shutdown();
        try {
            storing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        real.close();
    }

    @Override
    public boolean passed(QueueName queue, long id) {
        return real.passed(queue, id);
    }

    @Override
    public Map<String, DeviceCounts> counts() throws IOException {
        awaitStored();
        return real.counts();
    }

    @Override
    public void read(Optional<String> device, RecordSink sink) throws IOException {
        awaitStored();
        real.read(device, sink);
    }

    @Override
    public void follow(Optional<String> device, RecordSink sink, BooleanSupplier end)
            throws IOException, InterruptedException {
        real.follow(device, sink, end);
    }

    @Override
    public void wake() {
        real.wake();
    }

    @Override
    public void ids(Optional<String> device, IdSink sink) throws IOException {
        awaitStored();
        real.ids(device, sink);
    }

    @Override
    public void note(String device, String name, ByteString value) throws IOException {
        real.note(device, name, value);
    }

    @Override
    public Map<String, ByteString> noted(String device) throws IOException {
        return real.noted(device);
    }

    @Override
    public Set<String> notedDevices() throws IOException {
        return real.notedDevices();
    }

    @Override
    public List<Fault> faults() {
        return real.faults();
    }
}
