package io.armature.itest.fault;

import io.armature.reporting.api.Enqueued;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the writers know: everything they offered, and every OK, forced to the writer's own file
 * before it counts. Any thread may call this.
 */
final class Ledger implements AutoCloseable {

    private final Set<Offer.Key> offered = ConcurrentHashMap.newKeySet();
    private final Map<Offer.Key, Enqueued> receipts = new ConcurrentHashMap<>();
    private final List<FileChannel> files = new ArrayList<>();

    Ledger(Path directory, int writers) throws IOException {
        for (int i = 0; i < writers; i++) {
            files.add(
                    FileChannel.open(
                            directory.resolve("receipts." + i),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE));
        }
    }

    /** Before the first byte leaves. */
    void offer(Offer.Key key) {
        offered.add(key);
    }

    /** On an OK; durable on return. */
    void receipt(Offer.Key key, Enqueued position) throws IOException {
        FileChannel file = files.get(key.writer());
        String line = key.number() + " " + position + "\n";
        synchronized (file) {
            file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            file.force(false);
        }
        receipts.put(key, position);
    }

    boolean wasOffered(Offer.Key key) {
        return offered.contains(key);
    }

    int offers() {
        return offered.size();
    }

    Map<Offer.Key, Enqueued> receipts() {
        return new LinkedHashMap<>(receipts);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files) {
            file.close();
        }
    }
}
