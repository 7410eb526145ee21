package io.armature.reporting.doctor;

import io.armature.reporting.api.SpoolExamination.Foreign;
import io.armature.reporting.doctor.SpoolReading.QueueReading;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.queue.ShedLedger;
import io.armature.reporting.segment.Frame;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Mends a spool that it has for itself. Each step leaves every readable record in a file that the
 * next run finds: a segment is written beside the old one, forced, and only then takes its place.
 */
final class SpoolRepair {

    private static final String NEW = ".repaired";

    private final Storage storage;
    private final LostAndFound lostAndFound;
    private final List<String> done = new ArrayList<>();

    SpoolRepair(Storage storage) {
        this.storage = storage;
        // What is set aside here is the only copy of something: nothing makes room for it.
        this.lostAndFound = new LostAndFound(storage, Long.MAX_VALUE);
    }

    /** What was done. */
    List<String> run() throws IOException {
        goOn();
        SpoolReading found = SpoolReading.of(storage);
        for (Foreign file : found.foreign()) {
            if (!returned(file)) {
                lostAndFound.take(file.path(), "does not belong there");
                done.add("set aside " + file.path());
            }
        }
        if (found.ledgerDamaged()) {
            lostAndFound.take(ShedLedger.NAME, "no half of it is good");
            done.add("set aside " + ShedLedger.NAME);
        }
        for (Foreign file : found.setAside()) {
            returned(file);
        }
        for (QueueReading queue : SpoolReading.of(storage).queues()) {
            Optional<SegmentReading> before = Optional.empty();
            for (SegmentReading segment : queue.segments()) {
                // What the spool has given up was offered as gaps: it must not come back.
                if (segment.damaged() && segment.unread().isEmpty() && !segment.givenUp()) {
                    rewrite(queue, segment, before);
                }
                before = Optional.of(segment);
            }
        }
        return done;
    }

    /**
     * What a run that was stopped has left: a whole segment in the place of one set aside, or
     * nothing.
     */
    private void goOn() throws IOException {
        for (Entry queue : storage.list("")) {
            if (queue.kind() != Kind.DIRECTORY || QueueName.ofDirectory(queue.name()).isEmpty()) {
                continue;
            }
            for (Entry file : storage.list(queue.name())) {
                if (file.name().endsWith(NEW)) {
                    goOn(queue.name() + "/" + file.name());
                }
            }
            storage.forceDirectory(queue.name());
        }
    }

    private void goOn(String fresh) throws IOException {
        String path = fresh.substring(0, fresh.length() - NEW.length());
        if (storage.exists(path)) {
            storage.unlink(fresh);
        } else {
            storage.rename(fresh, path);
            done.add("wrote " + path + " anew, the old file is in " + LostAndFound.DIRECTORY);
        }
    }

    private boolean returned(Foreign file) throws IOException {
        if (file.belongs().isEmpty() || storage.exists(file.belongs().get())) {
            return false;
        }
        String to = file.belongs().get();
        storage.rename(file.path(), to);
        storage.forceDirectory(Storage.parent(to));
        storage.forceDirectory(Storage.parent(file.path()));
        done.add("returned " + file.path() + " to " + to);
        return true;
    }

    private void rewrite(
            QueueReading queue, SegmentReading segment, Optional<SegmentReading> before)
            throws IOException {
        String path = segment.path();
        String fresh = path + NEW;
        storage.unlinkIfPresent(fresh);
        long bound = segment.ids().isEmpty() ? segment.name().firstId() : segment.nextId();
        try (StorageFile file = storage.create(fresh)) {
            file.write(ByteBuffer.wrap(header(segment, before).encoded()), 0);
            Appending frames = new Appending(file);
            SegmentReading.of(storage, path, segment.name(), bound, Optional.empty(), frames::take);
            file.force(true);
        }
        storage.forceDirectory(queue.name().directory());
        lostAndFound.take(path, "damaged");
        storage.rename(fresh, path);
        storage.forceDirectory(queue.name().directory());
        done.add(
                "wrote "
                        + path
                        + " anew with "
                        + segment.ids().size()
                        + " records, the old file is in "
                        + LostAndFound.DIRECTORY);
    }

    /** The old one if it is good, else one that goes on from the segment before. */
    private static SegmentHeader header(SegmentReading segment, Optional<SegmentReading> before) {
        long generationId = segment.name().generationId();
        long firstId = segment.name().firstId();
        return segment.header()
                .filter(it -> it.generationId() == generationId && it.firstId() == firstId)
                .orElseGet(
                        () ->
                                new SegmentHeader(
                                        generationId,
                                        firstId,
                                        0,
                                        before.filter(it -> it.nextId() == firstId)
                                                .flatMap(SegmentReading::lastDigest)));
    }

    /** Writes frames one behind the other. */
    private static final class Appending {

        private final StorageFile file;
        private long end = SegmentHeader.BYTES;

        Appending(StorageFile file) {
            this.file = file;
        }

        void take(Frame frame) throws IOException {
            file.write(ByteBuffer.wrap(frame.bytes(), frame.offset(), frame.length()), end);
            end += frame.length();
        }
    }
}
