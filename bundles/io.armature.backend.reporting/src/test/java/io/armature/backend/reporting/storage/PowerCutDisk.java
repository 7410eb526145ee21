package io.armature.backend.reporting.storage;

import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files below a folder behind a page cache: knows what of them was forced, ends the process at a
 * step, and cuts the power. The process ends by an error, after which every step throws it again.
 */
public final class PowerCutDisk implements Disk, DurableFiles {

    /** What is done to files. */
    public enum Step {
        MAKE_FOLDER,
        OPEN_FILE,
        WRITE,
        WRITE_HALF,
        FORCE,
        FORCE_FOLDER,
        REPLACE,
        REPLACED
    }

    /** What becomes of a step. */
    enum Mishap {
        FAILS,
        KILLS
    }

    /** What a power cut leaves of bytes that were not forced. */
    public enum Unforced {
        LOST,
        HALF
    }

    /** The end of the process. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed(String step) {
            super(step, null, false, false);
        }
    }

    private final Path base;
    private final Map<Path, byte[]> forced = new HashMap<>();
    private final Map<Path, Set<String>> names = new HashMap<>();
    private final List<String> trace = new ArrayList<>();
    private int killAt = Integer.MAX_VALUE;
    private Step struck;
    private int struckAfter;
    private Mishap mishap = Mishap.FAILS;
    private boolean dead;
    private Runnable atEnd = () -> {};

    /**
     * @param base exists, is empty
     */
    public PowerCutDisk(Path base) {
        this.base = base;
    }

    /** Begins a process that ends at its n-th step, counted from 0. */
    public synchronized void begin(int step) {
        killAt = step;
        dead = false;
        struck = null;
        trace.clear();
    }

    /** Begins a process that nothing ends. */
    public void begin() {
        begin(Integer.MAX_VALUE);
    }

    /** The steps of the process so far. */
    public synchronized List<String> trace() {
        return List.copyOf(trace);
    }

    /** Ends the process now. */
    public synchronized void end() {
        dead = true;
        atEnd.run();
    }

    /** Has something told of each end of a process. */
    public synchronized void whenEnded(Runnable told) {
        atEnd = told;
    }

    /** Whether the process has ended. */
    public synchronized boolean dead() {
        return dead;
    }

    /** One step of this kind, of those that come the n-th counted from 0, does nothing. */
    synchronized void strike(Step step, int nth, Mishap how) {
        struck = step;
        struckAfter = nth;
        mishap = how;
    }

    /** A step of the process. */
    public synchronized void step(String name) {
        if (!dead && trace.size() == killAt) {
            end();
        }
        if (dead) {
            throw new Killed(name);
        }
        trace.add(name);
    }

    private synchronized void step(Step step, Path path) throws IOException {
        step(step + " " + base.relativize(path));
        if (step == struck && struckAfter-- == 0) {
            struck = null;
            if (mishap == Mishap.KILLS) {
                end();
                throw new Killed(step.toString());
            }
            throw new IOException("disk on fire");
        }
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        step(Step.MAKE_FOLDER, folder);
        Files.createDirectories(folder);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        step(Step.OPEN_FILE, file);
        return new MachineDisk().open(file);
    }

    @Override
    public void write(Path file, FileChannel channel, ByteBuffer bytes) throws IOException {
        step(Step.WRITE, file);
        int end = bytes.limit();
        bytes.limit(bytes.position() + bytes.remaining() / 2);
        new MachineDisk().write(file, channel, bytes);
        step(Step.WRITE_HALF, file);
        bytes.limit(end);
        new MachineDisk().write(file, channel, bytes);
    }

    @Override
    public synchronized void force(Path file, FileChannel channel) throws IOException {
        step(Step.FORCE, file);
        forced.put(file, Files.readAllBytes(file));
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        step(Step.FORCE_FOLDER, folder);
        names.put(folder, namesIn(folder));
    }

    @Override
    public synchronized void replace(Path target, byte[] content) throws IOException {
        step(Step.REPLACE, target);
        Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
        Files.write(temporary, content);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        forced.put(target, content.clone());
        names.put(target.getParent(), namesIn(target.getParent()));
        step(Step.REPLACED, target);
    }

    @Override
    public void delete(Path target) {
        throw new UnsupportedOperationException("nobody deletes here");
    }

    /** The power is gone, and with it what was not forced; a new process may begin. */
    public synchronized void cutPower(Unforced unforced) throws IOException {
        dead = true;
        for (String name : namesIn(base)) {
            cut(base.resolve(name), names.getOrDefault(base, Set.of()), unforced);
        }
    }

    private void cut(Path path, Set<String> durable, Unforced unforced) throws IOException {
        if (!durable.contains(path.getFileName().toString())) {
            forget(path);
        } else if (Files.isDirectory(path)) {
            for (String name : namesIn(path)) {
                cut(path.resolve(name), names.getOrDefault(path, Set.of()), unforced);
            }
        } else {
            byte[] kept = forced.getOrDefault(path, new byte[0]);
            byte[] whole = Files.readAllBytes(path);
            if (unforced == Unforced.HALF && whole.length > kept.length) {
                kept = Arrays.copyOf(whole, (kept.length + whole.length) / 2);
            }
            Files.write(path, kept);
            forced.put(path, kept);
        }
    }

    private void forget(Path path) throws IOException {
        List<Path> all;
        try (Stream<Path> below = Files.walk(path)) {
            all = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path one : all) {
            forced.remove(one);
            names.remove(one);
            Files.delete(one);
        }
    }

    private static Set<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            Set<String> found = new HashSet<>();
            all.forEach(path -> found.add(path.getFileName().toString()));
            return found;
        }
    }
}
