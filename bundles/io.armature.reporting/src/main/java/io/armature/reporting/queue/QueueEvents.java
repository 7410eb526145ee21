package io.armature.reporting.queue;

import io.armature.reporting.queue.ReadState.Given;

/** What a queue tells its owner, from its own thread with no lock held. Must not block. */
public interface QueueEvents {

    /** Writes were answered, well or badly. */
    void written(RecordQueue queue);

    /** Segments were given up for want of space; durable. Their records may all be confirmed. */
    void shed(RecordQueue queue, Given given);

    /**
     * All of a queue was shed, and there is no room to note what others give up: it may go as a
     * whole. Comes from a thread that writes another queue and holds that one's files.
     */
    void noteNeeded(RecordQueue queue);

    /** Something else that an observer may show has changed. */
    void changed(RecordQueue queue);

    /**
     * A segment was given up as a whole: what cannot be read of it is offered as gaps.
     *
     * @param why what the disk says
     */
    void unreadable(Segment segment, String why);
}
