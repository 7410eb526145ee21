package io.armature.backend.api.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * A record on its way into storage.
 *
 * @param id 0 to 2^63-2, counts up within the queue
 * @param content none if it was not opened, because {@link RecordStorage#passed} knew its id
 * @param firstKept the first id of the queue that the device still keeps, or has yet to give, when
 *     it sent this; 0: it did not say
 */
public record Arrival(QueueName queue, long id, Optional<Content> content, long firstKept) {

    public Arrival {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(content, "content");
        if (id < 0 || id == Long.MAX_VALUE) {
            throw new IllegalArgumentException("id must be 0 to 2^63-2, was " + id);
        }
        if (firstKept < 0) {
            throw new IllegalArgumentException("firstKept must be >= 0, was " + firstKept);
        }
    }

    /** Of a device that did not say what it keeps. */
    public Arrival(QueueName queue, long id, Optional<Content> content) {
        this(queue, id, content, 0);
    }
}
