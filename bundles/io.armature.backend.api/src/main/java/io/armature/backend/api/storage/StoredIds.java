package io.armature.backend.api.storage;

import com.google.protobuf.ByteString;
import java.util.Objects;

/**
 * What a storage holds of one id, or of ids in a row that are lost.
 *
 * @param id first id
 * @param count 1, or more for ids that are lost
 * @param digest SHA-256 of a record, 32 bytes; empty for all but {@link Kind#RECORD}
 * @param previous digest that a record names as its predecessor's; empty: none
 */
public record StoredIds(
        Kind kind, QueueName queue, long id, long count, ByteString digest, ByteString previous) {

    private static final int DIGEST_BYTES = 32;

    /** Kinds of entries. */
    public enum Kind {
        /** A record that was opened. */
        RECORD,
        /** A record that could not be opened, kept as it came. */
        REFUSED,
        /** The device said that it has lost what was there. */
        GAP,
        /** Never came although what follows did, again and again. */
        GIVEN_UP
    }

    public StoredIds {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(queue, "queue");
        if (id < 0 || count < 1 || id + count < 0) {
            throw new IllegalArgumentException("ids out of range: " + id + " count " + count);
        }
        if (digest.size() != (kind == Kind.RECORD ? DIGEST_BYTES : 0)) {
            throw new IllegalArgumentException("digest has a wrong size: " + digest.size());
        }
        if (!previous.isEmpty() && previous.size() != DIGEST_BYTES) {
            throw new IllegalArgumentException("digest has a wrong size: " + previous.size());
        }
    }
}
