package io.armature.reporting.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The spool's place, and the one that the original's first versions had. Any thread. */
public final class SpoolRoot {

    private final Path root;
    private final Path old;
    private final long lostAndFoundBytes;
    private volatile Optional<String> failure = Optional.empty();

    /**
     * @param old moved to the root once, if there is anything in it
     * @param lostAndFoundBytes limit of what is set aside
     */
    public SpoolRoot(Path root, Path old, long lostAndFoundBytes) {
        this.root = root;
        this.old = old;
        this.lostAndFoundBytes = lostAndFoundBytes;
    }

    /** Takes possession of the spool, after moving it if it is still at the old place. */
    public Storage open() throws IOException {
        failure = Optional.empty();
        Storage spool = FileStorage.open(root);
        if (!occupied()) {
            return spool;
        }
        Storage source;
        try {
            source = FileStorage.open(old);
        } catch (IOException e) {
            failure = Optional.of("records stay in " + old + ", which cannot be opened: " + e);
            return spool;
        }
        Optional<String> why =
                new RootMigration(source, spool, new LostAndFound(spool, lostAndFoundBytes)).run();
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

    private boolean occupied() throws IOException {
        if (!Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Storage looked = FileStorage.unlocked(old);
        return looked.exists(RootMigration.TAG) || !RootMigration.contents(looked).isEmpty();
    }
}
