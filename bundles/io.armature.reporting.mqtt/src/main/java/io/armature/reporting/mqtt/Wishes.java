package io.armature.reporting.mqtt;

import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * What the server asked for in replies: goes with every answer to the spool until one was given
 * while the spool surely waited for it. Not thread safe: belongs to the bridge's thread.
 */
final class Wishes {

    /** No spool gives an answer up as early as that. */
    static final Duration SURELY_AWAITED = Duration.ofMillis(100);

    private boolean disable;
    private Optional<Boolean> health = Optional.empty();

    /** What it says replaces what an earlier one said; reporting is never enabled that way. */
    void add(UploadEncryptedRecordResponse reply) {
        disable |= reply.getDisable();
        if (reply.hasHealthDataLoggingEnabled()) {
            health = Optional.of(reply.getHealthDataLoggingEnabled());
        }
    }

    boolean any() {
        return disable || health.isPresent();
    }

    /**
     * @param awaitedNanos how long the spool has waited for this answer
     */
    void join(UploadEncryptedRecordResponse.Builder answer, long awaitedNanos) {
        if (disable) {
            answer.setDisable(true);
        }
        health.ifPresent(answer::setHealthDataLoggingEnabled);
        if (awaitedNanos < SURELY_AWAITED.toNanos()) {
            disable = false;
            health = Optional.empty();
        }
    }
}
