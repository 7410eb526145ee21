package io.armature.reporting.queue;

/** What a queue tells its owner, from its own thread with no lock held. Must not block. */
public interface QueueEvents {

    /** Writes were answered, well or badly. */
    void written(RecordQueue queue);

    /** Something else that an observer may show has changed. */
    void changed(RecordQueue queue);

    /**
     * A segment was given up as a whole: what cannot be read of it is offered as gaps.
     *
     * @param why what the disk says
     */
    void unreadable(Segment segment, String why);
}
