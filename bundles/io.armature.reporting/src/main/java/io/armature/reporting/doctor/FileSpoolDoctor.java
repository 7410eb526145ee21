package io.armature.reporting.doctor;

import io.armature.reporting.api.SpoolDoctor;
import io.armature.reporting.api.SpoolExamination;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.RootInUseException;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Reads and mends real files. Any thread. */
public final class FileSpoolDoctor implements SpoolDoctor {

    @Override
    public SpoolExamination examine(Path root) throws IOException {
        try (Storage storage = FileStorage.unlocked(root)) {
            boolean inUse = FileStorage.inUse(root);
            return SpoolReading.of(storage).examination(inUse);
        }
    }

    @Override
    public List<String> repair(Path root) throws IOException {
        FileStorage.unlocked(root).close();
        try (Storage storage = FileStorage.open(root)) {
            return new SpoolRepair(storage).run();
        } catch (RootInUseException e) {
            throw new IOException(root + " is in use: stop its device first", e);
        }
    }
}
