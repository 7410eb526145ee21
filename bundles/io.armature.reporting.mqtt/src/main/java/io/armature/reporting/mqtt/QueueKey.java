package io.armature.reporting.mqtt;

import io.armature.reporting.proto.SequenceInformation;

/** A queue of the spool in one of its generations; ids are unique within it. */
record QueueKey(int priority, String guid, long generationId) {

    static QueueKey of(SequenceInformation sequence) {
        return new QueueKey(
                sequence.getPriority().getNumber(),
                sequence.getGenerationGuid(),
                sequence.getGenerationId());
    }

    @Override
    public String toString() {
        return priority + "/" + guid + "/" + generationId;
    }
}
