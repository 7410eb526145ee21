package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.IdSink;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordSink;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage of several servers. While this server cannot store, it leaves the uploads to those that
 * can, and tries the storage again and again until it is back: after a second, then less and less
 * often. Each try has a short-lived thread, {@code backend-reporting-storage}, since it may block.
 */
public final class WatchedStorage implements RecordStorage {

    private static final Logger log = LoggerFactory.getLogger(WatchedStorage.class);

    static final Duration FIRST_TRY = Duration.ofSeconds(1);
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final RecordStorage storage;
    private final Intake intake;
    private final DeviceClock clock;
    private final Executor executor;

    // Guarded by this.
    private boolean away;
    private boolean closed;
    private Duration wait = FIRST_TRY;

    /**
     * @param storage closed with this
     */
    public WatchedStorage(RecordStorage storage, Intake intake, DeviceClock clock) {
        this(storage, intake, clock, task -> new Thread(task, "backend-reporting-storage").start());
    }

    WatchedStorage(RecordStorage storage, Intake intake, DeviceClock clock, Executor executor) {
        this.storage = storage;
        this.intake = intake;
        this.clock = clock;
        this.executor = executor;
    }

    /** Leaves the uploads to others from the beginning if nothing can be stored. Blocks. */
    public void start() {
        try {
            storage.probe();
        } catch (IOException e) {
            gone(e);
        }
    }

    @Override
    public Map<QueueName, Long> store(List<Arrival> arrivals, Set<String> missed)
            throws IOException {
        Map<QueueName, Long> confirmable;
        try {
            confirmable = storage.store(arrivals, missed);
        } catch (IOException e) {
            gone(e);
            throw e;
        }
        stored();
        return confirmable;
    }

    private synchronized void stored() {
        if (!away) {
            wait = FIRST_TRY;
        }
    }

    private synchronized void gone(IOException reason) {
        if (!away && !closed) {
            away = true;
            log.warn("uploads are left to other servers reason=\"{}\"", reason.getMessage());
            intake.leave();
            later();
        }
    }

    /** One that comes back only to fail at once is waited for longer each time, too. */
    private void later() {
        clock.after(wait, executor, this::tryAgain);
        Duration doubled = wait.multipliedBy(2);
        wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }

    private void tryAgain() {
        if (isClosed()) {
            return;
        }
        try {
            storage.probe();
            back();
        } catch (IOException e) {
            log.debug("storage still away reason=\"{}\"", e.getMessage());
            still();
        }
    }

    private synchronized void back() {
        if (!closed) {
            away = false;
            log.info("uploads are taken again");
            intake.join();
        }
    }

    private synchronized void still() {
        if (!closed) {
            later();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(storage.faults());
        synchronized (this) {
            if (away) {
                faults.add(
                        new Fault(
                                "backend-storage",
                                "shared uploads",
                                "this server takes none until its storage is back"));
            }
        }
        return faults;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        storage.close();
    }

    @Override
    public void probe() throws IOException {
        storage.probe();
    }

    @Override
    public boolean passed(QueueName queue, long id) {
        return storage.passed(queue, id);
    }

    @Override
    public Map<String, DeviceCounts> counts() throws IOException {
        return storage.counts();
    }

    @Override
    public void read(Optional<String> device, RecordSink sink) throws IOException {
        storage.read(device, sink);
    }

    @Override
    public void follow(Optional<String> device, RecordSink sink, BooleanSupplier end)
            throws IOException, InterruptedException {
        storage.follow(device, sink, end);
    }

    @Override
    public void wake() {
        storage.wake();
    }

    @Override
    public void ids(Optional<String> device, IdSink sink) throws IOException {
        storage.ids(device, sink);
    }

    @Override
    public void note(String device, String name, ByteString value) throws IOException {
        storage.note(device, name, value);
    }

    @Override
    public Map<String, ByteString> noted(String device) throws IOException {
        try {
            return storage.noted(device);
        } catch (IOException e) {
            gone(e);
            throw e;
        }
    }

    @Override
    public Set<String> notedDevices() throws IOException {
        return storage.notedDevices();
    }
}
