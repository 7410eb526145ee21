package io.armature.itest.fault;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes of a disk's record the disks that a power cut may leave: at each flush all that was written
 * before it, and between two flushes any sectors of what was written there, too.
 */
final class Replay implements Closeable {

    private final BlockLog log;
    private final Path durable;
    private final Path state;
    private final Random random;
    private final List<BlockLog.Entry> open = new ArrayList<>();
    private int cuts;
    private int marks;

    /** Looks at a disk after a power cut. */
    interface Look {
        /**
         * @param durable so many entries are on it for good
         * @param end no entry from there on is on it
         */
        void at(Path image, long durable, long end) throws Exception;
    }

    /**
     * @param before what the disk held at first
     * @param folder for two images
     */
    Replay(BlockLog log, Path before, Path folder, long seed) throws IOException {
        this.log = log;
        this.durable = folder.resolve("durable");
        this.state = folder.resolve("state");
        this.random = new Random(seed);
        Files.copy(before, durable, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Shows each flush, and each time as many cuts before it as told.
     *
     * @param from entries before it are passed over: the file system is mounted with them, and ext4
     *     writes its superblock as if two sectors were one
     */
    void run(long from, int cutsPerFlush, Look look) throws Exception {
        long forGood = 0;
        long done = 0;
        for (BlockLog.Entry entry : log.entries()) {
            done++;
            if (!entry.flush()) {
                open.add(entry);
                continue;
            }
            if (done > from) {
                cuts(cutsPerFlush, forGood, done, look);
            }
            settle();
            if (entry.sectors() > 0) {
                open.add(entry); // the flush is of what was written before
            }
            forGood = done - open.size();
            if (done > from) {
                show(forGood, done, look);
                marks++;
            }
        }
        // A spool that never flushes leaves no other disk than the one that it began with.
        show(forGood, done, look);
        cuts(cutsPerFlush, forGood, done, look);
    }

    private void show(long forGood, long done, Look look) throws Exception {
        Files.copy(durable, state, StandardCopyOption.REPLACE_EXISTING);
        look.at(state, forGood, done);
    }

    private void cuts(int number, long forGood, long done, Look look) throws Exception {
        for (int i = 0; i < number && !open.isEmpty(); i++) {
            cut();
            look.at(state, forGood, done);
        }
    }

    /** Any sectors of what is not there for good; none and all are rare, as they should be. */
    private void cut() throws IOException {
        Files.copy(durable, state, StandardCopyOption.REPLACE_EXISTING);
        int share = 1 + random.nextInt(99);
        try (FileChannel image = FileChannel.open(state, StandardOpenOption.WRITE)) {
            for (BlockLog.Entry entry : open) {
                log.apply(entry, image, sector -> entry.forced() || random.nextInt(100) < share);
            }
        }
        cuts++;
    }

    private void settle() throws IOException {
        for (BlockLog.Entry entry : open) {
            apply(entry);
        }
        open.clear();
    }

    private void apply(BlockLog.Entry entry) throws IOException {
        try (FileChannel image = FileChannel.open(durable, StandardOpenOption.WRITE)) {
            log.apply(entry, image, sector -> true);
        }
    }

    /** Flushes shown. */
    int marks() {
        return marks;
    }

    /** Cuts between two flushes shown. */
    int cuts() {
        return cuts;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
