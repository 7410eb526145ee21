package io.armature.itest.fault;

import io.armature.reporting.segment.FrameReader;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;

/**
 * Where the frames of a segment end.
 *
 * @param position behind the last good frame
 * @param torn whether there are bytes besides good frames and zeros
 */
record SegmentEnd(long position, boolean torn) {

    static SegmentEnd of(StorageFile file, long generationId) throws IOException {
        FrameReader frames = new FrameReader(file, generationId, SegmentHeader.BYTES, file.size());
        while (frames.next() != null) {
            // to the end
        }
        return new SegmentEnd(frames.lastFrameEnd(), frames.damaged());
    }

    /** From a segment's name. */
    static long generation(String path) {
        String[] words = path.split("\\.", -1);
        return Long.parseLong(words[words.length - 2]);
    }
}
