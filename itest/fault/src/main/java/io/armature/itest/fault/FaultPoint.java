package io.armature.itest.fault;

import io.armature.itest.fault.Steps.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the spool's storage can fail: a kind of file and a step. These are all that it does. */
enum FaultPoint {
    ROOT_LIST(Kind.ROOT, Step.LIST),
    ROOT_FORCE(Kind.ROOT, Step.FORCE_DIRECTORY),

    QUEUE_LIST(Kind.QUEUE, Step.LIST),
    QUEUE_MAKE(Kind.QUEUE, Step.MAKE_DIRECTORY),
    QUEUE_FORCE(Kind.QUEUE, Step.FORCE_DIRECTORY),
    QUEUE_UNLINK(Kind.QUEUE, Step.UNLINK),

    SEGMENT_OPEN(Kind.SEGMENT, Step.OPEN),
    SEGMENT_READ(Kind.SEGMENT, Step.READ),
    SEGMENT_CREATE(Kind.SEGMENT, Step.CREATE),
    SEGMENT_PREALLOCATE(Kind.SEGMENT, Step.PREALLOCATE),
    SEGMENT_WRITE(Kind.SEGMENT, Step.WRITE),
    SEGMENT_FORCE_LENGTH(Kind.SEGMENT, Step.FORCE_LENGTH),
    SEGMENT_FORCE(Kind.SEGMENT, Step.FORCE),
    SEGMENT_SECTOR(Kind.SEGMENT, Step.SECTOR),
    SEGMENT_TRUNCATE(Kind.SEGMENT, Step.TRUNCATE),
    SEGMENT_SET_ASIDE(Kind.SEGMENT, Step.RENAME),
    SEGMENT_UNLINK(Kind.SEGMENT, Step.UNLINK),

    CONFIRMED_OPEN(Kind.CONFIRMED, Step.OPEN),
    CONFIRMED_READ(Kind.CONFIRMED, Step.READ),
    CONFIRMED_CREATE(Kind.CONFIRMED, Step.CREATE),
    CONFIRMED_WRITE(Kind.CONFIRMED, Step.WRITE),
    CONFIRMED_UNLINK(Kind.CONFIRMED, Step.UNLINK),

    UNREADABLE_OPEN(Kind.UNREADABLE, Step.OPEN),
    UNREADABLE_READ(Kind.UNREADABLE, Step.READ),
    UNREADABLE_CREATE(Kind.UNREADABLE, Step.CREATE),
    UNREADABLE_WRITE(Kind.UNREADABLE, Step.WRITE),
    UNREADABLE_FORCE(Kind.UNREADABLE, Step.FORCE_LENGTH),
    UNREADABLE_SECTOR(Kind.UNREADABLE, Step.SECTOR),
    UNREADABLE_RENAME(Kind.UNREADABLE, Step.RENAME),
    UNREADABLE_UNLINK(Kind.UNREADABLE, Step.UNLINK),

    KEY_OPEN(Kind.KEY, Step.OPEN),
    KEY_READ(Kind.KEY, Step.READ),
    KEY_CREATE(Kind.KEY, Step.CREATE),
    KEY_WRITE(Kind.KEY, Step.WRITE),
    KEY_FORCE(Kind.KEY, Step.FORCE_LENGTH),
    KEY_SECTOR(Kind.KEY, Step.SECTOR),
    KEY_RENAME(Kind.KEY, Step.RENAME),
    KEY_UNLINK(Kind.KEY, Step.UNLINK),

    HANDOVER_OPEN(Kind.HANDOVER, Step.OPEN),
    HANDOVER_READ(Kind.HANDOVER, Step.READ),
    HANDOVER_CREATE(Kind.HANDOVER, Step.CREATE),
    HANDOVER_WRITE(Kind.HANDOVER, Step.WRITE),
    HANDOVER_FORCE(Kind.HANDOVER, Step.FORCE_LENGTH),
    HANDOVER_SECTOR(Kind.HANDOVER, Step.SECTOR),
    HANDOVER_RENAME(Kind.HANDOVER, Step.RENAME),
    HANDOVER_UNLINK(Kind.HANDOVER, Step.UNLINK),

    SHED_OPEN(Kind.SHED, Step.OPEN),
    SHED_READ(Kind.SHED, Step.READ),
    SHED_CREATE(Kind.SHED, Step.CREATE),
    SHED_WRITE(Kind.SHED, Step.WRITE),
    SHED_FORCE_LENGTH(Kind.SHED, Step.FORCE_LENGTH),
    SHED_FORCE(Kind.SHED, Step.FORCE),
    SHED_SECTOR(Kind.SHED, Step.SECTOR),
    SHED_RENAME(Kind.SHED, Step.RENAME),
    SHED_UNLINK(Kind.SHED, Step.UNLINK),

    HEALTH_MAKE(Kind.HEALTH, Step.MAKE_DIRECTORY),
    HEALTH_LIST(Kind.HEALTH, Step.LIST),
    HEALTH_OPEN(Kind.HEALTH, Step.OPEN),
    HEALTH_READ(Kind.HEALTH, Step.READ),
    HEALTH_CREATE(Kind.HEALTH, Step.CREATE),
    HEALTH_WRITE(Kind.HEALTH, Step.WRITE),
    HEALTH_UNLINK(Kind.HEALTH, Step.UNLINK),

    STRANGER_SET_ASIDE(Kind.STRANGER, Step.RENAME),
    LOST_AND_FOUND_MAKE(Kind.LOST_AND_FOUND, Step.MAKE_DIRECTORY),
    LOST_AND_FOUND_LIST(Kind.LOST_AND_FOUND, Step.LIST),
    LOST_AND_FOUND_FORCE(Kind.LOST_AND_FOUND, Step.FORCE_DIRECTORY),
    LOST_AND_FOUND_UNLINK(Kind.LOST_AND_FOUND, Step.UNLINK);

    /** The name of files that do not belong to a spool. */
    static final String STRANGER = "stranger";

    private enum Kind {
        ROOT,
        QUEUE,
        SEGMENT,
        CONFIRMED,
        UNREADABLE,
        KEY,
        HANDOVER,
        SHED,
        HEALTH,
        STRANGER,
        LOST_AND_FOUND;

        static Kind of(String path) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (path.isEmpty()) {
                return ROOT;
            }
            if (path.startsWith("lost+found")) {
                return LOST_AND_FOUND;
            }
            if (path.startsWith("Health")) {
                return HEALTH;
            }
            if (name.startsWith("shed")) {
                return SHED;
            }
            if (path.contains("/")) {
                return name.startsWith("P_")
                        ? SEGMENT
                        : name.startsWith("unreadable") ? UNREADABLE : CONFIRMED;
            }
            return name.startsWith("EncryptionKey.")
                    ? KEY
                    : name.startsWith("handover")
                            ? HANDOVER
                            : name.startsWith(FaultPoint.STRANGER) ? STRANGER : QUEUE;
        }
    }

    private final Kind kind;
    private final Step step;

    FaultPoint(Kind kind, Step step) {
        this.kind = kind;
        this.step = step;
    }

    /** The point that a step is at; none if nobody knew that the spool does this. */
    static Optional<FaultPoint> of(Step step, String path) {
        Kind kind = Kind.of(path);
        return Stream.of(values()).filter(p -> p.kind == kind && p.step == step).findFirst();
    }

    Step step() {
        return step;
    }

    /** Whether every campaign must meet it: others need a spool without space. */
    boolean everywhere() {
        return kind != Kind.SHED;
    }

    /** Whether it is passed by only while the history of calls is kept. */
    boolean ofHealth() {
        return kind == Kind.HEALTH;
    }

    /** Whether it is one of giving records up for want of space. */
    boolean ofShedding() {
        return kind == Kind.SHED;
    }

    /** Whether it is passed by in a swap only. */
    boolean ofSwap() {
        return kind == Kind.HANDOVER;
    }

    /** Whether it is passed by only where a disk cannot be read. */
    boolean ofBadBlocks() {
        return kind == Kind.UNREADABLE || this == SEGMENT_SET_ASIDE;
    }

    /**
     * Whether one life has no room for two errors like these: after the first there is no second.
     */
    boolean excludes(FaultPoint other) {
        return this == other
                || kind == other.kind && !frequent() && kind != Kind.SEGMENT && kind != Kind.QUEUE;
    }

    /** Whether a spool passes it by many times in a short life. */
    boolean frequent() {
        return step == Step.SECTOR && kind == Kind.SEGMENT
                || this == SEGMENT_WRITE
                || this == SEGMENT_FORCE
                || this == SEGMENT_READ;
    }

    /** What can happen here. */
    List<Harm> harms() {
        List<Harm> harms = new ArrayList<>(List.of(Harm.ERROR));
        if (!step.reads()) {
            harms.add(Harm.KILL);
            harms.add(Harm.FULL);
        }
        if (step == Step.WRITE || step == Step.PREALLOCATE) {
            harms.add(Harm.SHORT_KILL);
            harms.add(Harm.SHORT_FULL);
        }
        return harms;
    }
}
