package io.armature.reporting.upload;

import io.armature.reporting.queue.Segment;
import java.io.IOException;

/** The disk did not give a segment's bytes; the next try may be luckier. */
final class SegmentReadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Segment segment;

    SegmentReadException(Segment segment, IOException cause) {
        super(segment.path() + ": " + cause.getMessage(), cause);
        this.segment = segment;
    }

    Segment segment() {
        return segment;
    }
}
