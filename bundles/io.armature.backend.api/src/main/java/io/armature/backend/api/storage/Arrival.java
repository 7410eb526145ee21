package io.armature.backend.api.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * A record on its way into storage.
 *
 * @param id 0 to 2^63-2, counts up within the queue
 * @param content none if it was not opened, because {@link RecordStorage#passed} knew its id
 */
public record Arrival(QueueName queue, long id, Optional<Content> content) {

    public Arrival {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(content, "content");
        if (id < 0 || id == Long.MAX_VALUE) {
            throw new IllegalArgumentException("id must be 0 to 2^63-2, was " + id);
        }
    }
}
