package io.armature.reporting.doctor;

import io.armature.reporting.queue.BadBlocks;
import io.armature.reporting.queue.SalvagedFile;
import io.armature.reporting.segment.Frame;
import io.armature.reporting.segment.FrameReader;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.segment.SegmentName;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One segment, read from its first to its last byte. What the disk does not give counts as damaged.
 *
 * @param path relative to the root
 * @param ids of the records that count, rising
 * @param lastDigest of the record with the last id
 * @param damaged whether bytes before its last record, or its header, are not as they were written
 * @param torn whether bytes behind its last record are neither record nor zeros
 * @param givenUp whether the spool has given up blocks of it and offered their records as gaps
 * @param unread why nothing of it could be read
 */
record SegmentReading(
        String path,
        SegmentName name,
        Optional<SegmentHeader> header,
        List<Long> ids,
        Optional<byte[]> lastDigest,
        long bytes,
        long usedBytes,
        int badBlocks,
        boolean damaged,
        boolean torn,
        boolean givenUp,
        Optional<String> unread) {

    /** Takes the records that count, in order of their ids. */
    interface Frames {
        void take(Frame frame) throws IOException;
    }

    /**
     * Reads it.
     *
     * @param bound first id of the next segment: records from there on do not count
     * @param known what the spool has given up of it, if it has
     */
    static SegmentReading of(
            Storage storage,
            String path,
            SegmentName name,
            long bound,
            Optional<List<Integer>> known,
            Frames frames)
            throws IOException {
        BadBlocks bad = new BadBlocks(known.orElse(List.of()));
        try (StorageFile file = new SalvagedFile(storage.open(path, Access.READ), bad)) {
            long size = file.size();
            Optional<SegmentHeader> header = header(file);
            FrameReader reader =
                    new FrameReader(file, name.generationId(), SegmentHeader.BYTES, size);
            List<Long> ids = new ArrayList<>();
            Optional<byte[]> digest = Optional.empty();
            long next = name.firstId();
            boolean inside = false;
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                inside = reader.damaged();
                if (frame.id() >= next && frame.id() < bound) {
                    next = frame.id() + 1;
                    ids.add(frame.id());
                    digest = Optional.of(frame.digest());
                    frames.take(frame);
                }
            }
            boolean matches =
                    header.filter(
                                    it ->
                                            it.generationId() == name.generationId()
                                                    && it.firstId() == name.firstId())
                            .isPresent();
            long end = Math.min(reader.lastFrameEnd(), size);
            return new SegmentReading(
                    path,
                    name,
                    header,
                    ids,
                    digest,
                    size,
                    end,
                    bad.count(),
                    inside || !matches || bad.count() > 0,
                    reader.damaged() && !inside,
                    known.isPresent(),
                    Optional.empty());
        }
    }

    /** One of which nothing can be read. */
    static SegmentReading unread(String path, SegmentName name, IOException why) {
        return new SegmentReading(
                path,
                name,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                0,
                0,
                0,
                true,
                false,
                false,
                Optional.of(why.toString()));
    }

    /** The header at the front of a file, if there is a good one. */
    static Optional<SegmentHeader> header(StorageFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        file.read(bytes, 0);
        return bytes.hasRemaining() ? Optional.empty() : SegmentHeader.decode(bytes.array());
    }

    /** Behind the last record; the first id in the name if there is none. */
    long nextId() {
        return ids.isEmpty() ? name.firstId() : ids.get(ids.size() - 1) + 1;
    }

    /**
     * What is wrong with it.
     *
     * @param before the segment before it
     */
    List<String> problems(Optional<SegmentReading> before) {
        if (unread.isPresent()) {
            return List.of("cannot be read: " + unread.get());
        }
        List<String> problems = new ArrayList<>();
        if (header.isEmpty()) {
            problems.add("the header is damaged");
        } else if (header.get().generationId() != name.generationId()
                || header.get().firstId() != name.firstId()) {
            problems.add(
                    "the header is that of generation "
                            + header.get().generationId()
                            + " from id "
                            + header.get().firstId());
        }
        if (badBlocks > 0) {
            problems.add(
                    "the disk does not give "
                            + badBlocks
                            + " blocks of 4 KiB"
                            + (givenUp ? ", which the spool has given up" : ""));
        }
        if (damaged && header.isPresent() && badBlocks == 0 && problems.isEmpty()) {
            problems.add("bytes between records are damaged");
        }
        if (torn) {
            problems.add("bytes behind the last record are torn or damaged");
        }
        if (before.isPresent() && chainBreaks(before.get())) {
            problems.add("its records do not continue the chain of " + before.get().path());
        }
        return problems;
    }

    private boolean chainBreaks(SegmentReading before) {
        Optional<byte[]> expected = header.flatMap(SegmentHeader::previousDigest);
        return before.nextId() == name.firstId()
                && before.lastDigest().isPresent()
                && expected.isPresent()
                && !Arrays.equals(expected.get(), before.lastDigest().get());
    }
}
