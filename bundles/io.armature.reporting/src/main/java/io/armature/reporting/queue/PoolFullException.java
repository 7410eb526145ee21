package io.armature.reporting.queue;

import java.io.IOException;

/** The spool's own limit of disk space is reached. */
final class PoolFullException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long missingBytes;

    PoolFullException(long neededBytes, DiskPool pool) {
        this(neededBytes, pool.limitBytes() - pool.usedBytes(), pool.limitBytes());
    }

    private PoolFullException(long neededBytes, long freeBytes, long limitBytes) {
        super(
                "needed "
                        + neededBytes
                        + " bytes, "
                        + Math.max(0, freeBytes)
                        + " of "
                        + limitBytes
                        + " are free");
        missingBytes = Math.max(1, neededBytes - freeBytes);
    }

    /** What must be given back before it fits; more than was needed where the limit was passed. */
    long missingBytes() {
        return missingBytes;
    }
}
