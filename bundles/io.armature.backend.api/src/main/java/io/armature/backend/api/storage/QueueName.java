package io.armature.backend.api.storage;

import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A queue of one device: ids count up from 0 within it.
 *
 * @param device 1 to 64 characters of {@code [A-Za-z0-9_-]}
 * @param generationGuid lower-case UUID or empty
 * @param generationId 1 to 2^63-1
 */
public record QueueName(
        String device, Priority priority, String generationGuid, long generationId) {

    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern GUID =
            Pattern.compile("|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    public QueueName {
        Objects.requireNonNull(priority, "priority");
        if (!isDevice(device)) {
            throw new IllegalArgumentException("device id is malformed");
        }
        if (priority == Priority.UNDEFINED_PRIORITY) {
            throw new IllegalArgumentException("priority is undefined");
        }
        if (!GUID.matcher(generationGuid).matches()) {
            throw new IllegalArgumentException("generation guid is malformed");
        }
        if (generationId < 1) {
            throw new IllegalArgumentException("generation id must be >= 1, was " + generationId);
        }
    }

    /** Whether this can be the id of a device, and so the name of its folder. */
    public static boolean isDevice(String id) {
        return DEVICE.matcher(id).matches();
    }

    /** The queue that a device's record names; none if the record names none that can exist. */
    public static Optional<QueueName> of(String device, SequenceInformation sequence) {
        try {
            return Optional.of(
                    new QueueName(
                            device,
                            sequence.getPriority(),
                            sequence.getGenerationGuid(),
                            sequence.getGenerationId()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
