package io.armature.backend.reporting.fake;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Files without force and a clock that the test moves. */
public final class FakePlatform implements DurableFiles, DeviceClock {

    private final AtomicLong nanos = new AtomicLong();
    public volatile Instant wall = Instant.parse("2026-03-04T23:59:00Z");
    public volatile boolean failing;

    public void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        wall = wall.plus(time);
    }

    @Override
    public void replace(Path target, byte[] content) throws IOException {
        if (failing) {
            throw new IOException("disk on fire");
        }
        Files.createDirectories(target.getParent());
        Files.write(target, content);
    }

    @Override
    public void delete(Path target) throws IOException {
        Files.deleteIfExists(target);
    }

    @Override
    public Instant wall() {
        return wall;
    }

    @Override
    public Instant minimumDate() {
        return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
        return nanos.get();
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        // Nothing here waits for a timer.
        return () -> true;
    }
}
