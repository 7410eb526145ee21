package io.armature.itest.fault;

import io.armature.itest.guest.Guest;
import io.armature.itest.guest.GuestParts;
import io.armature.itest.guest.GuestProcess;
import io.armature.itest.guest.JavaRuntime;
import io.armature.itest.guest.RecordedDisk;
import io.armature.itest.guest.RootFiles;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Priority;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A spool in a guest on a disk that is recorded. The guest writes a few records and then nothing
 * until the host has noted their receipts with the number of entries in the record, so that what
 * makes a record durable is in the record before its receipt.
 */
final class RecordedGuest {

    private static final int MEGABYTES = 640;
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final long DISK_BYTES = 48L << 20;
    private static final int WRITERS = 4;
    private static final int LARGEST_BATCH = 6;
    private static final int CONFIRM_EVERY = 12;
    private static final String MOUNT =
            "mkdir /disk && mount -t ext4 -o noauto_da_alloc,data=writeback,commit=600"
                    + " /dev/vda /disk";

    private final Path folder;
    private final long seed;
    private final Random random;
    private final long[] next = new long[WRITERS];
    private final List<Promise> promises = new ArrayList<>();
    private long opened;

    /**
     * @param folder empty
     */
    RecordedGuest(Path folder, long seed) {
        this.folder = folder;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** Why it cannot run here; empty if it can. */
    static Optional<String> hindrance() {
        return GuestParts.hindrance("mkfs.ext4", "e2fsck", "debugfs");
    }

    /** What the disk held before the first entry. */
    Path before() {
        return folder.resolve("before");
    }

    Path log() {
        return folder.resolve("log");
    }

    Path keys() {
        return folder.resolve("keys");
    }

    /** How many entries the record had when the spool was open. */
    long opened() {
        return opened;
    }

    List<Promise> promises() {
        return List.copyOf(promises);
    }

    /** Writes so many batches of records and cuts the power. */
    void run(Mutant mutant, int batches) throws Exception {
        Path image = folder.resolve("disk");
        makeDisk(image);
        Guest.Plan plan =
                new Guest.Plan(
                        files(),
                        List.of(),
                        MEGABYTES,
                        LIMIT,
                        List.of(new RecordedDisk(image, log())));
        try (Guest guest = Guest.start(plan, folder)) {
            guest.run(MOUNT).ok();
            GuestProcess spool = guest.begin(command(mutant));
            spool.await("ready");
            opened = BlockLog.count(log());
            for (int batch = 1; batch <= batches; batch++) {
                write(spool);
                if (batch % CONFIRM_EVERY == 0) {
                    confirm(spool);
                }
            }
        }
    }

    private void makeDisk(Path image) throws IOException, InterruptedException {
        Path content = Files.createDirectories(folder.resolve("content/spool")).getParent();
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        }
        Tool.run(
                "mkfs.ext4",
                "-q",
                "-F",
                "-b",
                "4096",
                "-J",
                "size=4",
                "-d",
                content.toString(),
                image.toString());
        Files.copy(image, before());
        Files.createFile(log());
    }

    private Path files() throws IOException {
        RootFiles files = RecordedDisk.addDrivers(RootFiles.bare());
        JavaRuntime.addTo(files, Path.of("target/guest-java").toAbsolutePath());
        int number = 0;
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part);
            if (Files.isDirectory(path)) {
                files.tree(path, "/program/" + number++);
            } else if (Files.exists(path)) {
                files.copy(path, "/program/" + number++ + ".jar");
            }
        }
        files.text("/program/logback.xml", "<configuration><root level=\"WARN\"/></configuration>");
        files.tree(keys(), "/keys");
        return files.write(folder.resolve("files.cpio"));
    }

    private String command(Mutant mutant) {
        return "%s/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx96m"
                        .formatted(JavaRuntime.HOME)
                + " -Dlogback.configurationFile=/program/logback.xml"
                + " -cp $(ls -d /program/* | tr '\\n' ':') "
                + TypedSpool.class.getName()
                + " /disk/spool /keys %d %s 2>/tmp/errors || tail -n 20 /tmp/errors"
                        .formatted(seed, mutant);
    }

    private void write(GuestProcess spool) throws IOException, InterruptedException {
        int writer = random.nextInt(WRITERS);
        int count = 1 + random.nextInt(LARGEST_BATCH);
        spool.tell("write " + writer + " " + next[writer] + " " + count);
        next[writer] += count;
        for (String line = spool.line(); !line.equals("done"); line = spool.line()) {
            String[] words = line.split(" ");
            if (!words[0].equals("OK")) {
                throw new AssertionError("the spool says " + line);
            }
            promises.add(
                    new Promise(
                            new Offer.Key(writer, Long.parseLong(words[1])),
                            position(words),
                            BlockLog.count(log()),
                            Long.MAX_VALUE));
        }
    }

    private static Enqueued position(String[] words) {
        return new Enqueued(
                Priority.valueOf(words[2]),
                words[3].equals(TypedSpool.NO_GUID) ? "" : words[3],
                Long.parseLong(words[4]),
                Long.parseLong(words[5]));
    }

    /** The newest record and all before it in its queue. */
    private void confirm(GuestProcess spool) throws IOException, InterruptedException {
        Enqueued last = promises.get(promises.size() - 1).position();
        long entries = BlockLog.count(log());
        promises.replaceAll(
                promise ->
                        below(promise.position(), last) ? promise.confirmedAt(entries) : promise);
        String guid = last.generationGuid().isEmpty() ? TypedSpool.NO_GUID : last.generationGuid();
        spool.tell(
                "confirm %s %s %d %d"
                        .formatted(
                                last.priority(), guid, last.generationId(), last.sequencingId()));
        String answer = spool.line();
        if (!answer.equals("done")) {
            throw new AssertionError("the spool says " + answer);
        }
    }

    private static boolean below(Enqueued one, Enqueued last) {
        return one.priority() == last.priority()
                && one.generationGuid().equals(last.generationGuid())
                && one.generationId() == last.generationId()
                && one.sequencingId() <= last.sequencingId();
    }
}
