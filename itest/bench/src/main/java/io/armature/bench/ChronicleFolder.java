package io.armature.bench;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;

/**
 * Chronicle Queue: memory that is mapped to a file. It is durable against the end of the process,
 * not of power: nothing forces it.
 */
final class ChronicleFolder implements Contender {

    private ChronicleQueue queue;
    private ThreadLocal<ExcerptAppender> appenders;

    @Override
    public String name() {
        return "Chronicle Queue (not durable)";
    }

    @Override
    public void open(Path folder) {
        queue = ChronicleQueue.singleBuilder(folder).build();
        appenders = ThreadLocal.withInitial(queue::createAppender);
    }

    @Override
    public void append(byte[] record) {
        appenders.get().writeBytes(Bytes.wrapForRead(record));
    }

    @Override
    public void close() {
        queue.close();
    }
}
