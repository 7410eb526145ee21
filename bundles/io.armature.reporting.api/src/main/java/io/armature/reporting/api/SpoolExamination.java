package io.armature.reporting.api;

import io.armature.reporting.proto.Priority;
import java.util.List;
import java.util.Optional;

/**
 * What the files of a spool say.
 *
 * @param inUse whether a process works on it
 * @param problems what is wrong with what all queues share, a sentence each: a ledger of what was
 *     shed that cannot be believed or read, without which shed records may count as lost
 * @param queues by priority and directory
 * @param foreign what does not belong where it lies, files of {@code lost+found} left out
 * @param setAside files in {@code lost+found}
 */
public record SpoolExamination(
        boolean inUse,
        List<String> problems,
        List<Queue> queues,
        List<Foreign> foreign,
        List<Foreign> setAside) {

    /**
     * One queue.
     *
     * @param directory its name in the root
     * @param generationGuid empty in single-generation mode
     * @param firstUnconfirmedId as far as is known; the first id on disk if nothing is
     * @param nextId behind the last record that can be read
     * @param unconfirmed records that can be read and are not confirmed
     * @param gaps ids in rising order without overlap
     */
    public record Queue(
            String directory,
            Priority priority,
            String generationGuid,
            long generationId,
            List<Segment> segments,
            long firstUnconfirmedId,
            long nextId,
            long unconfirmed,
            List<Gap> gaps) {

        /**
         * Whether every id from the first unconfirmed one on can be read and nothing is damaged.
         */
        public boolean whole() {
            return segments.stream().allMatch(Segment::whole)
                    && gaps.stream().noneMatch(gap -> gap.to() > firstUnconfirmedId);
        }
    }

    /**
     * One file of records.
     *
     * @param path relative to the root
     * @param firstId as its name says
     * @param records that can be read and count
     * @param bytes of the file
     * @param usedBytes up to the end of the last record
     * @param problems what is wrong with it, a sentence each; a torn end, which costs no record
     *     that was answered, is among them
     */
    public record Segment(
            String path,
            long firstId,
            long records,
            long bytes,
            long usedBytes,
            List<String> problems) {

        /** Whether all of it is as it was written. */
        public boolean whole() {
            return problems.isEmpty();
        }
    }

    /**
     * Ids that no record on disk has.
     *
     * @param to behind the last one
     */
    public record Gap(long from, long to, Cause cause) {}

    /** Why an id has no record. */
    public enum Cause {
        /** Shed for want of space: the queue begins behind it, and it was not confirmed. */
        SHED,
        /** A file between two others, or the end of one, is not there. */
        MISSING,
        /** The file that should hold it lacks it, or cannot be read there. */
        DAMAGED
    }

    /**
     * A file or directory.
     *
     * @param path relative to the root
     * @param bytes of a file, else 0
     * @param belongs the path of the segment that it is by its content, if one queue lacks it
     */
    public record Foreign(String path, long bytes, Optional<String> belongs) {}

    /** Whether all is as the spool wrote it and nothing is missing. */
    public boolean whole() {
        return problems.isEmpty()
                && foreign.isEmpty()
                && queues.stream().allMatch(Queue::whole)
                && setAside.stream().allMatch(file -> file.belongs().isEmpty());
    }
}
