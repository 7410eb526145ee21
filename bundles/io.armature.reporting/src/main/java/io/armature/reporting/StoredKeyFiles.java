package io.armature.reporting;

import io.armature.reporting.seal.KeyFiles;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import java.io.IOException;
import java.util.List;

/** Key files in the spool's root. */
final class StoredKeyFiles implements KeyFiles {

    private final Storage storage;
    private final LostAndFound lostAndFound;

    StoredKeyFiles(Storage storage, LostAndFound lostAndFound) {
        this.storage = storage;
        this.lostAndFound = lostAndFound;
    }

    @Override
    public List<String> names() throws IOException {
        return storage.list("").stream()
                .filter(entry -> entry.kind() == Kind.FILE)
                .map(Entry::name)
                .toList();
    }

    @Override
    public byte[] read(String name, int limit) throws IOException {
        return storage.read(name, limit);
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        storage.replace(name, content);
    }

    @Override
    public void delete(String name) throws IOException {
        storage.unlinkIfPresent(name);
        storage.forceDirectory("");
    }

    @Override
    public void setAside(String name) throws IOException {
        lostAndFound.take(name, "no usable key");
    }
}
