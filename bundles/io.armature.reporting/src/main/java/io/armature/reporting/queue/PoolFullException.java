package io.armature.reporting.queue;

import java.io.IOException;

/** The spool's own limit of disk space is reached. */
final class PoolFullException extends IOException {

    private static final long serialVersionUID = 1L;

    PoolFullException(long neededBytes, DiskPool pool) {
        super(
                "needed "
                        + neededBytes
                        + " bytes, "
                        + pool.freeBytes()
                        + " of "
                        + pool.limitBytes()
                        + " are free");
    }
}
