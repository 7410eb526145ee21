package io.armature.reporting.storage;

import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code lost+found/}: where goes what does not belong to the spool, so that a start never deletes
 * anything that could be read. Capped: the oldest files go first. Directories in it are kept.
 */
public final class LostAndFound {

    /** The directory's name in the root. */
    public static final String DIRECTORY = "lost+found";

    private static final Logger log = LoggerFactory.getLogger(LostAndFound.class);

    private final Storage storage;
    private final long limitBytes;

    /**
     * @param limitBytes all files together
     */
    public LostAndFound(Storage storage, long limitBytes) {
        this.storage = storage;
        this.limitBytes = limitBytes;
    }

    /** Moves a file or directory here, under a name made of its path; durable on return. */
    public synchronized void take(String path, String why) throws IOException {
        storage.makeDirectory(DIRECTORY);
        String target = freeName(path.replace('/', '_'));
        storage.rename(path, target);
        storage.forceDirectory(DIRECTORY);
        storage.forceDirectory(Storage.parent(path));
        log.warn("set aside path={} to={} why=\"{}\"", path, target, why);
        trim();
    }

    private String freeName(String name) throws IOException {
        List<String> taken = storage.list(DIRECTORY).stream().map(Entry::name).toList();
        String free = name;
        for (int n = 1; taken.contains(free); n++) {
            free = name + "." + n;
        }
        return DIRECTORY + "/" + free;
    }

    private void trim() throws IOException {
        List<Entry> oldestFirst =
                storage.list(DIRECTORY).stream()
                        .filter(entry -> entry.kind() == Kind.FILE)
                        .sorted(Comparator.comparingLong(Entry::modifiedMillis))
                        .toList();
        long total = oldestFirst.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : oldestFirst) {
            if (total <= limitBytes) {
                return;
            }
            storage.unlink(DIRECTORY + "/" + entry.name());
            total -= entry.bytes();
            log.warn("lost+found is full, dropped name={} bytes={}", entry.name(), entry.bytes());
        }
    }
}
