package io.armature.backend.reporting.server;

import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.OptionalLong;

/**
 * What a device says of its spool with each upload.
 *
 * @param freeBytes how much more it can hold
 * @param bytesPerSecond how fast records came in its last interval
 */
public record SpoolState(OptionalLong freeBytes, OptionalLong bytesPerSecond) {

    /** Numbers above 2^63 - 1 mean nothing. */
    static SpoolState of(UploadEncryptedRecordRequest request) {
        return new SpoolState(
                some(request.hasRemainingStorageCapacity(), request.getRemainingStorageCapacity()),
                some(request.hasNewEventsRate(), request.getNewEventsRate()));
    }

    private static OptionalLong some(boolean there, long value) {
        return there && value >= 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}
