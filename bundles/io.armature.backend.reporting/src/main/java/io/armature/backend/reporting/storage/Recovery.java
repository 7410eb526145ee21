package io.armature.backend.reporting.storage;

import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.StoredIds;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out at start what the day files hold. */
final class Recovery {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private Recovery() {}

    /** The checkpoint; an empty one if there is none that is whole. */
    static Checkpoint checkpoint(Path file) throws IOException {
        if (Files.notExists(file)) {
            return Checkpoint.empty();
        }
        Optional<Checkpoint> checkpoint = Checkpoint.decode(Files.readAllBytes(file));
        if (checkpoint.isEmpty()) {
            log.warn("checkpoint is damaged, all records are read again");
        }
        return checkpoint.orElseGet(Checkpoint::empty);
    }

    /**
     * Reads the lines behind known lengths and cuts what is no whole line at the end: such a line
     * was never confirmed. What is read is forced before: it may be there only because a process
     * ended between writing and forcing, and what is counted may be confirmed.
     *
     * @return all day files with their lengths
     */
    static Map<DayName, Long> replay(
            Disk disk, Path root, Map<DayName, Long> known, Consumer<StoredIds> lines)
            throws IOException {
        Map<DayName, Long> lengths = new TreeMap<>();
        disk.makeFolder(root);
        disk.forceFolder(root.getParent());
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path device : devices) {
                if (QueueName.isDevice(device.getFileName().toString())) {
                    list(device, lengths);
                }
            }
        }
        force(disk, root, known, lengths);
        for (Map.Entry<DayName, Long> day : lengths.entrySet()) {
            long from = known.getOrDefault(day.getKey(), 0L);
            if (day.getValue() < from) {
                log.error("file is shorter than it was file={}", day.getKey());
            } else if (day.getValue() > from) {
                day.setValue(read(disk, day.getKey().in(root), from, day.getValue(), lines));
            }
        }
        return lengths;
    }

    private static void force(
            Disk disk, Path root, Map<DayName, Long> known, Map<DayName, Long> lengths)
            throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (Map.Entry<DayName, Long> day : lengths.entrySet()) {
            if (day.getValue() > known.getOrDefault(day.getKey(), 0L)) {
                Path file = day.getKey().in(root);
                try (FileChannel channel = disk.open(file)) {
                    disk.force(file, channel);
                }
                folders.add(file.getParent());
                folders.add(root);
            }
        }
        for (Path folder : folders) {
            disk.forceFolder(folder);
        }
    }

    private static void list(Path device, Map<DayName, Long> lengths) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(device, Files::isRegularFile)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (DayName.isDay(name)) {
                    lengths.put(
                            DayName.of(device.getFileName().toString(), name), Files.size(file));
                }
            }
        }
    }

    private static long read(Disk disk, Path file, long from, long to, Consumer<StoredIds> lines)
            throws IOException {
        long end =
                DayFile.read(
                        file,
                        from,
                        to,
                        (line, length) -> {
                            Optional<StoredIds> stored =
                                    RecordLine.parse(Arrays.copyOf(line, length));
                            if (stored.isEmpty()) {
                                log.warn("damaged line skipped file={}", file.getFileName());
                            }
                            stored.ifPresent(lines);
                            return true;
                        });
        if (end < to) {
            log.info("torn line cut file={} bytes={}", file.getFileName(), to - end);
            DayFile.cut(disk, file, end);
        }
        return end;
    }
}
