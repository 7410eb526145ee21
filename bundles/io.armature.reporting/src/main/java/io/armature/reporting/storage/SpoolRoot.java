package io.armature.reporting.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The spool's place, and the one that the original's first versions had. Any thread. */
public final class SpoolRoot {

    /** What became of an old root at a start. */
    public enum Migration {
        /** Copied, and deleted at the old place. */
        MOVED,
        /** It was copied by an earlier start, and is deleted now. */
        DELETED,
        /** Copied; what is left at the old place is deleted at a later start. */
        NOT_DELETED,
        /** Used where it is. */
        NOT_COPIED,
        /** Neither moved nor used. */
        NOT_OPENED
    }

    /** Takes possession of a spool's files. */
    interface Opener {
        Storage open(Path place) throws IOException;
    }

    private final Path root;
    private final Path old;
    private final long lostAndFoundBytes;
    private final Opener locked;
    private final Opener looking;
    private volatile Optional<String> failure = Optional.empty();
    private volatile Optional<Migration> migration = Optional.empty();

    /**
     * @param old moved to the root once, if there is anything in it
     * @param lostAndFoundBytes limit of what is set aside
     */
    public SpoolRoot(Path root, Path old, long lostAndFoundBytes) {
        this(root, old, lostAndFoundBytes, FileStorage::open, FileStorage::unlocked);
    }

    /**
     * @param looking for reading only, without taking possession
     */
    SpoolRoot(Path root, Path old, long lostAndFoundBytes, Opener locked, Opener looking) {
        this.root = root;
        this.old = old;
        this.lostAndFoundBytes = lostAndFoundBytes;
        this.locked = locked;
        this.looking = looking;
    }

    /**
     * Takes possession of the spool, after moving it if it is still at the old place. What cannot
     * be moved now does not keep the spool closed.
     */
    public Storage open() throws IOException {
        failure = Optional.empty();
        migration = Optional.empty();
        Storage spool = locked.open(root);
        try {
            return occupied() ? moved(spool) : spool;
        } catch (IOException e) {
            migration = Optional.of(Migration.NOT_OPENED);
            failure = Optional.of("records stay in " + old + ", which cannot be opened: " + e);
            return spool;
        } catch (RuntimeException | Error e) {
            spool.close();
            throw e;
        }
    }

    /**
     * @return the spool, or the old one if it could not be moved
     * @throws IOException if the old one cannot be opened
     */
    private Storage moved(Storage spool) throws IOException {
        Storage source = locked.open(old);
        RootMigration moving =
                new RootMigration(source, spool, new LostAndFound(spool, lostAndFoundBytes));
        Optional<String> why;
        try {
            why = moving.run();
            migration = Optional.of(moving.end());
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
        if (why.isEmpty()) {
            source.close();
            return spool;
        }
        spool.close();
        failure =
                Optional.of(
                        "the spool is still in "
                                + old
                                + ", moving it to "
                                + root
                                + " failed: "
                                + why.get());
        return source;
    }

    /** What went wrong at the last {@link #open}; it is tried again at the next start. */
    public Optional<String> failure() {
        return failure;
    }

    /** What became of the old root at the last {@link #open}; empty if there was nothing in it. */
    public Optional<Migration> migration() {
        return migration;
    }

    private boolean occupied() throws IOException {
        if (!Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Storage looked = looking.open(old);
        return looked.exists(RootMigration.TAG) || !RootMigration.contents(looked).isEmpty();
    }
}
