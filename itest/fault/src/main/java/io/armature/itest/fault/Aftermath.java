package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What power cuts have left on the platter. Confined to one thread. */
final class Aftermath {

    private final Path platter;
    private final Set<String> torn = new HashSet<>();
    private final Set<String> damaged = new HashSet<>();

    Aftermath(Path platter) {
        this.platter = platter;
    }

    /** Looks at the platter between two lives. */
    void look() throws IOException {
        Storage disk =
                PowerCutStorage.open(
                        platter, (step, name) -> {}, PowerCutStorage.Forcing.HONEST, 0);
        for (Entry directory : disk.list("")) {
            if (directory.kind() == Kind.DIRECTORY) {
                for (Entry entry : disk.list(directory.name())) {
                    if (entry.name().equals("unreadable")) {
                        damaged.add(directory.name());
                    }
                    if (entry.name().startsWith("P_")) {
                        look(disk, directory.name() + "/" + entry.name());
                    }
                }
            }
        }
    }

    private void look(Storage disk, String path) throws IOException {
        try (StorageFile file = disk.open(path, Access.READ)) {
            SegmentEnd end = SegmentEnd.of(file, SegmentEnd.generation(path));
            if (end.torn()) {
                damaged.add(Storage.parent(path));
                torn.add(path + "@" + end.position());
            }
        }
    }

    /** Ends of segments with a frame that was written in part. */
    int torn() {
        return torn.size();
    }

    /** Directories of queues that ever had torn frames, or blocks that could not be read. */
    Set<String> damaged() {
        return damaged;
    }
}
