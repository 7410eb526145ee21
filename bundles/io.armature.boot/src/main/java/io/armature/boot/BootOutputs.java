package io.armature.boot;

import io.armature.boot.api.Phase;
import io.armature.boot.conductor.BootObserver;
import io.armature.boot.conductor.Conductor;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.BootstatFiles;
import io.armature.boot.timeline.Stamps;
import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.DevicePaths;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a boot's edges where others look: bootstat files, boot.json, the pipe, observers. */
final class BootOutputs implements BootObserver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BootOutputs.class);

    private final BootstatFiles bootstat;
    private final Path json;
    private final BootRecord record;
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();
    private final RandomAccessFile pipe;
    private Conductor conductor;
    private BootView view;

    /**
     * @param pipe path of the pipe that scripts read, null for none
     */
    BootOutputs(DevicePaths paths, BootRecord record, String pipe) {
        this.record = record;
        json = paths.run().resolve("boot.json");
        bootstat =
                new BootstatFiles(
                        paths.bootstat(),
                        Path.of("/proc/uptime"),
                        BootstatFiles.diskOf(paths.root()));
        this.pipe = pipe == null ? null : open(pipe);
    }

    void watch(Conductor watched, BootView shown) {
        conductor = watched;
        view = shown;
    }

    /** Reading and writing: a pipe that nobody reads yet does not hold up the boot. */
    private static RandomAccessFile open(String pipe) {
        try {
            return new RandomAccessFile(pipe, "rw");
        } catch (IOException e) {
            LOG.warn("phase pipe cannot be opened path={} error={}", pipe, e.toString());
            return null;
        }
    }

    /** Calls back after every change, until closed. */
    ConsoleSource.Subscription observe(Runnable changed) {
        Runnable own = changed::run; // the same one may observe twice
        observers.add(own);
        return () -> observers.remove(own);
    }

    @Override
    public void applicationStarted(long nanos) {
        log("application", nanos);
        changed();
    }

    @Override
    public void reaching(Phase phase, long nanos) {
        log(phase == Phase.APPLICATION ? "boot-complete" : phase.label(), nanos);
    }

    private void log(String event, long nanos) {
        try {
            bootstat.log(event, nanos);
        } catch (IOException e) {
            LOG.warn("bootstat failed event={} error={}", event, e.toString());
        }
    }

    @Override
    public void reached(Phase phase) {
        long millis =
                (conductor.progress(phase).endNanos() - record.number(Stamps.JVM_START, 0))
                        / 1_000_000;
        tell(phase.label() + " " + millis + "\n");
    }

    @Override
    public void recorded(Phase phase) {
        writeJson();
        changed();
    }

    private synchronized void tell(String line) {
        if (pipe != null) {
            try {
                pipe.write(line.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                LOG.warn("phase pipe failed error={}", e.toString());
            }
        }
    }

    private synchronized void writeJson() {
        Path temporary = json.resolveSibling("boot.json.new");
        try {
            Files.writeString(temporary, view.jsonOfTheBoot(), StandardCharsets.UTF_8);
            Files.move(temporary, json, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("boot.json cannot be written error={}", e.toString());
        }
    }

    @Override
    public void late(Phase phase) {
        LOG.warn(
                "phase late name={} waiting={}",
                phase.label(),
                view.waiting(conductor.progress(phase)));
        writeJson();
        changed();
    }

    @Override
    public void changed() {
        observers.forEach(Runnable::run);
    }

    @Override
    public void close() {
        if (pipe != null) {
            try {
                pipe.close();
            } catch (IOException e) {
                LOG.debug("phase pipe", e);
            }
        }
    }
}
