package io.armature.itest.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What survives a power cut: one real file for each inode's content and one for each directory's
 * names. Directories are replaced whole; contents are written page by page.
 */
final class Platter {

    private final Path directory;
    private long nextNumber;

    private Platter(Path directory, long nextNumber) {
        this.directory = directory;
        this.nextNumber = nextNumber;
    }

    static Platter open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Platter platter = new Platter(directory, 0);
        platter.nextNumber = platter.highestNumber() + 1;
        return platter;
    }

    /** Of all directories and of all names in them: a named file may have no content yet. */
    private long highestNumber() throws IOException {
        long highest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "names-*[0-9]")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                long number = Long.parseLong(name.substring("names-".length()));
                highest = Math.max(highest, number);
                for (long named : readNames(number).values()) {
                    highest = Math.max(highest, Math.abs(named));
                }
            }
        }
        return highest;
    }

    long newNumber() {
        return nextNumber++;
    }

    /** The file with an inode's durable content; absent while nothing of it is durable. */
    Path content(long number) {
        return directory.resolve("inode-" + number);
    }

    boolean hasDirectory(long number) {
        return Files.exists(names(number));
    }

    /** Drops the content of inodes that no durable directory names. */
    void keepOnly(Set<Long> files) throws IOException {
        try (DirectoryStream<Path> inodes = Files.newDirectoryStream(directory, "inode-*")) {
            for (Path inode : inodes) {
                String name = inode.getFileName().toString();
                if (!files.contains(Long.valueOf(name.substring("inode-".length())))) {
                    Files.delete(inode);
                }
            }
        }
    }

    /** Durable names of a directory with their inodes; directories have negative ones. */
    Map<String, Long> readNames(long number) throws IOException {
        Map<String, Long> names = new TreeMap<>();
        for (String line : Files.readAllLines(names(number), StandardCharsets.UTF_8)) {
            int blank = line.indexOf(' ');
            names.put(line.substring(blank + 1), Long.valueOf(line.substring(0, blank)));
        }
        return names;
    }

    void writeNames(long number, Map<String, Long> names) throws IOException {
        StringBuilder text = new StringBuilder();
        names.forEach((name, inode) -> text.append(inode).append(' ').append(name).append('\n'));
        Path temporary = directory.resolve("names-" + number + ".new");
        Files.writeString(temporary, text);
        Files.move(temporary, names(number), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path names(long number) {
        return directory.resolve("names-" + number);
    }
}
