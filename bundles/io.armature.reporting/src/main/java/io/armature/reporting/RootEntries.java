package io.armature.reporting;

import io.armature.reporting.queue.Ground;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies in the spool's root at the start. */
final class RootEntries {

    private static final Logger log = LoggerFactory.getLogger(RootEntries.class);

    /** Files that belong there. */
    private static final Pattern ROOT_FILE =
            Pattern.compile("lock|shed|shed\\.tmp|EncryptionKey\\..*");

    private final Ground ground;

    RootEntries(Ground ground) {
        this.ground = ground;
    }

    /** The queues there are, oldest first; files that do not belong there are set aside. */
    List<QueueName> queues() throws IOException {
        List<Entry> entries = new ArrayList<>(ground.storage().list(""));
        entries.sort(Comparator.comparingLong(Entry::modifiedMillis));
        ground.shed().keep(entries.stream().map(Entry::name).toList());
        List<QueueName> queues = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.kind() == Kind.DIRECTORY) {
                Optional<QueueName> name = QueueName.ofDirectory(entry.name());
                name.ifPresent(queues::add);
            } else if (entry.kind() == Kind.FILE && !ROOT_FILE.matcher(entry.name()).matches()) {
                setAside(entry.name());
            }
        }
        return queues;
    }

    private void setAside(String file) {
        try {
            ground.lostAndFound().take(file, "no file of the spool");
        } catch (IOException e) {
            log.warn("cannot set aside file={} error=\"{}\"", file, e.toString());
        }
    }
}
