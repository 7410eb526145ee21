package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Metric;
import io.armature.reporting.queue.DiskPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the process and the spool take, looked at when somebody asks. Thread-safe. */
final class Usage {

    private static final long MEBIBYTE = 1L << 20;
    private static final Duration STALLED = Duration.ofDays(1);

    private final DeviceClock clock;
    private final DiskPool disk;
    private volatile long confirmedNanos;

    Usage(DeviceClock clock, DiskPool disk) {
        this.clock = clock;
        this.disk = disk;
        this.confirmedNanos = clock.monotonicNanos();
    }

    /** The server has more of a queue. */
    void confirmed() {
        confirmedNanos = clock.monotonicNanos();
    }

    List<Metric> now() {
        List<Metric> now = new ArrayList<>();
        ProcessHandle.Info process = ProcessHandle.current().info();
        if (process.totalCpuDuration().isPresent() && process.startInstant().isPresent()) {
            long lived =
                    Math.max(
                            1,
                            Duration.between(process.startInstant().get(), Instant.now())
                                    .toMillis());
            long used = process.totalCpuDuration().get().toMillis();
            now.add(new Metric("CpuUsage", "percent", used * 100 / lived));
        }
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        now.add(new Metric("MemoryUsage", "0.1 MiB", heap * 10 / MEBIBYTE));
        long stored = (disk.usedBytes() + MEBIBYTE - 1) / MEBIBYTE;
        now.add(new Metric("StorageUsage", "MiB", stored));
        if (clock.monotonicNanos() - confirmedNanos >= STALLED.toNanos()) {
            now.add(new Metric("StorageUsageNonUploading", "MiB", stored));
        }
        return now;
    }
}
