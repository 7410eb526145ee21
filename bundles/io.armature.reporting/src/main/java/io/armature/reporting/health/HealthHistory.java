package io.armature.reporting.health;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of calls and queues lately, oldest first (section 7.10 of the specification). Off at
 * first: then nothing is kept, read or written. Thread-safe; recording never waits for a file.
 */
public final class HealthHistory {

    /** All entries in memory together, serialized; all files together. */
    public static final int LIMIT_BYTES = 100 << 10;

    /** Where it is kept, in the spool's root. */
    public static final String DIRECTORY = "Health";

    private static final Logger log = LoggerFactory.getLogger(HealthHistory.class);

    /** Entries gather before they are written. */
    private static final Duration GATHERING = Duration.ofSeconds(1);

    private final DeviceClock clock;
    private final Executor jobs;
    private final Object disk = new Object();
    private volatile boolean enabled;

    // Guarded by disk.
    private HealthFiles files;
    private boolean filesFailed;

    private volatile boolean filesRead;

    // Guarded by this.
    private final ArrayDeque<HealthDataHistory> entries = new ArrayDeque<>();
    private final List<HealthDataHistory> unwritten = new ArrayList<>();
    private long bytes;
    private boolean writing;
    private DeviceClock.Timer next;

    /**
     * @param jobs where files are read and written
     */
    public HealthHistory(DeviceClock clock, Executor jobs) {
        this.clock = clock;
        this.jobs = jobs;
    }

    /** The spool is open. */
    public void open(Storage storage) {
        synchronized (disk) {
            files = new HealthFiles(storage);
        }
    }

    /** Whether entries are recorded and given. */
    public boolean enabled() {
        return enabled;
    }

    /** Switches it; what was recorded stays. */
    public void enabled(boolean wanted) {
        enabled = wanted;
    }

    /** Adds an entry with the time of now if it is switched on; one over the limit is left out. */
    public void add(HealthDataHistory.Builder entry) {
        if (!enabled) {
            return;
        }
        HealthDataHistory timed = entry.setTimestampSeconds(clock.wall().getEpochSecond()).build();
        synchronized (this) {
            addLast(timed);
            unwritten.add(timed);
            trim(unwritten);
            if (!writing) {
                writing = true;
                next = clock.after(GATHERING, jobs, this::write);
            }
        }
    }

    /** Guarded by this. */
    private void addLast(HealthDataHistory entry) {
        int size = entry.getSerializedSize();
        if (size > LIMIT_BYTES) {
            return;
        }
        entries.add(entry);
        bytes += size;
        while (bytes > LIMIT_BYTES) {
            bytes -= entries.remove().getSerializedSize();
        }
    }

    /** No more than there is room for, if the disk hangs. Guarded by this. */
    private void trim(List<HealthDataHistory> waiting) {
        if (waiting.size() > 2 * entries.size() + 1) {
            waiting.subList(0, waiting.size() - entries.size()).clear();
        }
    }

    /** All of it; nothing while it is switched off. Reads the files once. */
    public CompletionStage<ERPHealthData> all() {
        if (!enabled) {
            return CompletableFuture.completedFuture(ERPHealthData.getDefaultInstance());
        }
        if (filesRead) {
            return CompletableFuture.completedFuture(known());
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    read();
                    return known();
                },
                jobs);
    }

    /** What is known without reading files; nothing while it is switched off. */
    public synchronized ERPHealthData known() {
        return enabled
                ? ERPHealthData.newBuilder().addAllHistory(entries).build()
                : ERPHealthData.getDefaultInstance();
    }

    /** Writes what is gathered, for the next instance. */
    public void close() {
        synchronized (this) {
            if (next != null) {
                next.cancel();
            }
        }
        write();
    }

    /** What an earlier run left comes before what this one knows. */
    private void read() {
        synchronized (disk) {
            if (filesRead || files == null) {
                return;
            }
            filesRead = true;
            try {
                List<HealthDataHistory> earlier = files.read();
                synchronized (this) {
                    List<HealthDataHistory> own = List.copyOf(entries);
                    entries.clear();
                    bytes = 0;
                    earlier.forEach(this::addLast);
                    own.forEach(this::addLast);
                }
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    private void write() {
        synchronized (disk) {
            List<HealthDataHistory> gathered;
            synchronized (this) {
                gathered = List.copyOf(unwritten);
                unwritten.clear();
                writing = false;
            }
            if (files == null || gathered.isEmpty()) {
                return;
            }
            read();
            try {
                files.append(gathered);
                filesFailed = false;
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    /** Said once; it stays in memory. */
    private void failed(IOException e) {
        if (!filesFailed) {
            filesFailed = true;
            log.warn("history of calls not kept on disk error=\"{}\"", e.toString());
        }
    }
}
