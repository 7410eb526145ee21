package io.armature.reporting.storage;

import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a spool from one root to another, as the original moved its own: copy, tag the source as
 * copied, delete it, the tag last. Stopped anywhere, it is done again from the start or, with the
 * tag, only deletes what is left. What stood at the destination and is no copy of the source goes
 * to its {@code lost+found} instead of being wiped.
 */
final class RootMigration {

    /** What the original calls the file that says that all is copied. */
    static final String TAG = ".DELETE-MISSIVE";

    /** Where the copy grows, so that a half one is not taken for a spool. */
    static final String STAGING = ".migration";

    private static final Logger log = LoggerFactory.getLogger(RootMigration.class);
    private static final int BLOCK = 64 << 10;

    private final Storage source;
    private final Storage destination;
    private final LostAndFound lostAndFound;
    private SpoolRoot.Migration end = SpoolRoot.Migration.NOT_COPIED;

    RootMigration(Storage source, Storage destination, LostAndFound lostAndFound) {
        this.source = source;
        this.destination = destination;
        this.lostAndFound = lostAndFound;
    }

    /**
     * Does what is left to do; durable on return.
     *
     * @return why the source has to be used on; empty if the destination is the spool now
     */
    Optional<String> run() {
        SpoolRoot.Migration way = SpoolRoot.Migration.DELETED;
        try {
            if (!source.exists(TAG)) {
                copy();
                way = SpoolRoot.Migration.MOVED;
            }
        } catch (IOException e) {
            log.warn("old root not moved error=\"{}\"", e.toString());
            cleanUp();
            return Optional.of(e.toString());
        }
        try {
            deleteSource();
            end = way;
        } catch (IOException e) {
            end = SpoolRoot.Migration.NOT_DELETED;
            log.warn("old root not deleted, again at the next start error=\"{}\"", e.toString());
        }
        return Optional.empty();
    }

    /** How {@link #run} ended. */
    SpoolRoot.Migration end() {
        return end;
    }

    private void copy() throws IOException {
        remove(destination, STAGING);
        destination.makeDirectory(STAGING);
        for (Entry entry : contents(source)) {
            copy(entry, entry.name(), STAGING + "/" + entry.name());
        }
        destination.forceDirectory(STAGING);
        clearDestination();
        for (Entry entry : destination.list(STAGING)) {
            moveIn(entry);
        }
        destination.unlink(STAGING);
        destination.forceDirectory("");
        source.create(TAG).close();
        source.forceDirectory("");
        log.info("old root copied");
    }

    private void copy(Entry entry, String from, String to) throws IOException {
        if (entry.kind() == Kind.DIRECTORY) {
            destination.makeDirectory(to);
            for (Entry child : source.list(from)) {
                copy(child, from + "/" + child.name(), to + "/" + child.name());
            }
            destination.forceDirectory(to);
        } else if (entry.kind() == Kind.FILE) {
            try (StorageFile read = source.open(from, Access.READ);
                    StorageFile written = destination.create(to)) {
                ByteBuffer block = ByteBuffer.allocate(BLOCK);
                long at = 0;
                for (int got = read.read(block, 0); got > 0; got = read.read(block, at)) {
                    written.write(block.flip(), at);
                    at += got;
                    block.clear();
                }
                written.force(true);
            }
        } else {
            log.warn("not moved, neither file nor directory path={}", from);
        }
    }

    /**
     * Makes room: removes what an earlier, stopped copy brought in and sets aside what has a name
     * of the source's. Other queues stay, they are in nobody's way.
     */
    private void clearDestination() throws IOException {
        for (Entry entry : contents(destination)) {
            if (entry.name().equals(LostAndFound.DIRECTORY) || !source.exists(entry.name())) {
                continue;
            }
            if (same(entry.name(), entry.name())) {
                remove(destination, entry.name());
            } else {
                lostAndFound.take(entry.name(), "it was there before the old root was moved");
            }
        }
    }

    private void moveIn(Entry entry) throws IOException {
        String staged = STAGING + "/" + entry.name();
        if (!entry.name().equals(LostAndFound.DIRECTORY)
                || !destination.exists(LostAndFound.DIRECTORY)) {
            destination.rename(staged, entry.name());
            return;
        }
        for (Entry lost : destination.list(staged)) {
            lostAndFound.take(staged + "/" + lost.name(), "it was set aside in the old root");
        }
        destination.unlink(staged);
    }

    /** Whether the destination's file or tree is the source's. */
    private boolean same(String theirs, String ours) throws IOException {
        Optional<Entry> there = entry(source, theirs);
        Optional<Entry> here = entry(destination, ours);
        if (there.isEmpty()
                || here.isEmpty()
                || there.get().kind() != here.get().kind()
                || there.get().bytes() != here.get().bytes()) {
            return false;
        }
        if (here.get().kind() == Kind.FILE) {
            return sameBytes(theirs, ours);
        }
        for (Entry child : destination.list(ours)) {
            if (!same(theirs + "/" + child.name(), ours + "/" + child.name())) {
                return false;
            }
        }
        return here.get().kind() == Kind.DIRECTORY;
    }

    private boolean sameBytes(String theirs, String ours) throws IOException {
        try (StorageFile there = source.open(theirs, Access.READ);
                StorageFile here = destination.open(ours, Access.READ)) {
            ByteBuffer one = ByteBuffer.allocate(BLOCK);
            ByteBuffer other = ByteBuffer.allocate(BLOCK);
            long at = 0;
            for (int got = there.read(one, 0); got > 0; got = there.read(one, at)) {
                here.read(other, at);
                if (!one.flip().equals(other.flip())) {
                    return false;
                }
                at += got;
                one.clear();
                other.clear();
            }
            return true;
        }
    }

    private static Optional<Entry> entry(Storage storage, String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String parent = Storage.parent(path);
        return storage.exists(path)
                ? storage.list(parent).stream().filter(e -> e.name().equals(name)).findFirst()
                : Optional.empty();
    }

    private void deleteSource() throws IOException {
        for (Entry entry : source.list("")) {
            if (!entry.name().equals(TAG)) {
                remove(source, entry.name());
            }
        }
        source.forceDirectory("");
        source.unlink(TAG);
        source.forceDirectory("");
    }

    /** After a copy that failed: what it brought in, which is still the source's. */
    private void cleanUp() {
        try {
            for (Entry entry : contents(destination)) {
                if (!entry.name().equals(LostAndFound.DIRECTORY)
                        && same(entry.name(), entry.name())) {
                    remove(destination, entry.name());
                }
            }
            remove(destination, STAGING);
        } catch (IOException e) {
            log.warn("half a copy stays error=\"{}\"", e.toString());
        }
    }

    /** All of a root but what belongs to the place. */
    static List<Entry> contents(Storage storage) throws IOException {
        return storage.list("").stream()
                .filter(entry -> !entry.name().equals(FileStorage.LOCK))
                .filter(entry -> !entry.name().equals(STAGING))
                .filter(entry -> !entry.name().equals(TAG))
                .toList();
    }

    private static void remove(Storage storage, String path) throws IOException {
        Optional<Entry> entry = entry(storage, path);
        if (entry.isEmpty()) {
            return;
        }
        if (entry.get().kind() == Kind.DIRECTORY) {
            for (Entry child : storage.list(path)) {
                remove(storage, path + "/" + child.name());
            }
        }
        storage.unlink(path);
    }
}
