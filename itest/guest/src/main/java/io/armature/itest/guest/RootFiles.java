package io.armature.itest.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files that a guest starts with; they live in its memory. Everything belongs to root. What
 * comes later replaces what has the same path. For one thread.
 */
public final class RootFiles {

    private static final int DIRECTORY = 0040755;
    private static final int LINK = 0120777;
    private static final int FILE = 0100000;
    private static final int CHARACTER_DEVICE = 0020600;
    private static final int CONSOLE = 5 << 8 | 1;
    private static final int PERMISSIONS = 07777;
    private static final byte[] NOTHING = {};

    /** In this order each folder comes before what it holds. */
    private final NavigableMap<String, Entry> entries = new TreeMap<>();

    private interface Content {
        byte[] read() throws IOException;
    }

    private record Entry(int mode, int device, Content content) {}

    private RootFiles() {}

    /** busybox, and the first process that obeys {@link Guest}. */
    public static RootFiles bare() throws IOException {
        RootFiles files = new RootFiles();
        files.put("dev/console", new Entry(CHARACTER_DEVICE, CONSOLE, () -> NOTHING));
        files.program(GuestParts.BUSYBOX, "/bin/busybox");
        try (InputStream init = RootFiles.class.getResourceAsStream("init")) {
            byte[] script = init.readAllBytes();
            files.put("init", new Entry(FILE | 0755, 0, () -> script));
        }
        return files;
    }

    private void put(String path, Entry entry) {
        Path parent = Path.of(path).getParent();
        if (parent != null && !entries.containsKey(parent.toString())) {
            put(parent.toString(), new Entry(DIRECTORY, 0, () -> NOTHING));
        }
        entries.put(path, entry);
    }

    private static String relative(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must begin with /, was " + path);
        }
        return path.substring(1);
    }

    /** A text file that all may read. */
    public RootFiles text(String path, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put(relative(path), new Entry(FILE | 0644, 0, () -> bytes));
        return this;
    }

    /** A copy of a file with its permissions, or of a link. */
    public RootFiles copy(Path from, String path) throws IOException {
        if (Files.isSymbolicLink(from)) {
            byte[] target =
                    Files.readSymbolicLink(from).toString().getBytes(StandardCharsets.UTF_8);
            put(relative(path), new Entry(LINK, 0, () -> target));
        } else {
            put(relative(path), new Entry(mode(from), 0, () -> Files.readAllBytes(from)));
        }
        return this;
    }

    private static int mode(Path file) throws IOException {
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return FILE | mode & PERMISSIONS;
    }

    /** A copy of a folder and all that is in it. */
    public RootFiles tree(Path from, String path) throws IOException {
        List<Path> found;
        try (Stream<Path> walk = Files.walk(from)) {
            found = walk.toList();
        }
        for (Path file : found) {
            String to = path + "/" + from.relativize(file);
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                put(relative(to.replaceFirst("/$", "")), new Entry(DIRECTORY, 0, () -> NOTHING));
            } else {
                copy(file, to);
            }
        }
        return this;
    }

    /** A program of this machine, and the libraries that it loads where this machine has them. */
    public RootFiles program(Path program, String path) throws IOException {
        copy(program.toRealPath(), path);
        for (Path library : SharedLibraries.of(program)) {
            copy(library.toRealPath(), library.toString());
        }
        return this;
    }

    /** Writes them as the archive that {@link Guest.Plan} names. */
    public Path write(Path archive) throws IOException {
        try (CpioArchive out = new CpioArchive(archive)) {
            for (var entry : entries.entrySet()) {
                Entry what = entry.getValue();
                out.add(entry.getKey(), what.mode(), what.device(), what.content().read());
            }
        }
        return archive;
    }
}
