package io.armature.backend.api.storage;

import io.armature.reporting.proto.Record;
import java.io.IOException;

/** Writes a record as {@code armature backend records} prints it. Any thread may call it. */
public interface RecordPrinter {

    /** One JSON object in UTF-8 without newline. */
    byte[] print(QueueName queue, long id, Record record) throws IOException;
}
