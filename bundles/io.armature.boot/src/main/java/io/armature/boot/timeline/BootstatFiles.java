package io.armature.boot.timeline;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One file for each boot event and statistic; every record is a line at the end. Nothing is forced:
 * the directory does not outlive the machine's boot.
 */
public final class BootstatFiles {

    static final int LONGEST_NAME = 63;

    private static final Set<OpenOption> APPEND =
            Set.of(
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND,
                    LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> READABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    /** What can be asked for of an event. */
    public enum Stat {
        TIME("uptime-"),
        TIME_MS("uptime-"),
        READ_SECTORS("disk-"),
        WRITE_SECTORS("disk-");

        private final String prefix;

        Stat(String prefix) {
            this.prefix = prefix;
        }

        /** The stat that users call so, for example {@code read-sectors}. */
        public static Optional<Stat> named(String name) {
            for (Stat stat : values()) {
                if (stat.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                    return Optional.of(stat);
                }
            }
            return Optional.empty();
        }
    }

    private final Path directory;
    private final Path uptime;
    private final Path disk;

    /**
     * @param uptime the kernel's {@code uptime} file
     * @param disk the boot disk's {@code stat} file, null if there is none
     */
    public BootstatFiles(Path directory, Path uptime, Path disk) {
        this.directory = directory;
        this.uptime = uptime;
        this.disk = disk;
    }

    /**
     * Appends a record for an event.
     *
     * @param event {@code [A-Za-z0-9._-]}, cut to 63 characters
     * @param nanos boot clock
     */
    public void log(String event, long nanos) throws IOException {
        String name = name(event);
        append("uptime-" + name, seconds(nanos) + " " + idle() + "\n");
        if (disk != null) {
            append("disk-" + name, Files.readString(disk, StandardCharsets.ISO_8859_1));
        }
    }

    static String name(String event) {
        for (int i = 0; i < event.length(); i++) {
            char c = event.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') {
                throw new IllegalArgumentException("event has a character outside [A-Za-z0-9._-]");
            }
        }
        if (event.isEmpty()) {
            throw new IllegalArgumentException("event has no name");
        }
        return event.length() <= LONGEST_NAME ? event : event.substring(0, LONGEST_NAME);
    }

    /** Seconds with nine digits. */
    static String seconds(long nanos) {
        String fraction = Long.toString(nanos % 1_000_000_000L);
        return nanos / 1_000_000_000L + "." + "0".repeat(9 - fraction.length()) + fraction;
    }

    private String idle() throws IOException {
        String text = Files.readString(uptime, StandardCharsets.US_ASCII).strip();
        String idle = text.substring(text.indexOf(' ') + 1);
        int point = idle.indexOf('.');
        int digits = point < 0 ? 0 : idle.length() - point - 1;
        return (point < 0 ? idle + "." : idle) + "0".repeat(Math.max(0, 9 - digits));
    }

    private void append(String file, String line) throws IOException {
        Path path = directory.resolve(file);
        try (SeekableByteChannel channel = Files.newByteChannel(path, APPEND, READABLE)) {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        PosixFileAttributeView view =
                Files.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().permissions().equals(READABLE.value())) {
            Files.setPosixFilePermissions(path, READABLE.value()); // whatever the umask says
        }
    }

    /**
     * The last record of an event.
     *
     * @param before records at or after this value are passed over; empty for none
     * @return nothing if there is no such record
     */
    public Optional<String> last(String event, Stat stat, Optional<String> before)
            throws IOException {
        Path path = directory.resolve(stat.prefix + name(event));
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        for (int i = lines.size() - 1; i >= 0; i--) {
            String value = value(lines.get(i), stat);
            if (value != null && (before.isEmpty() || below(value, before.get()))) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private static boolean below(String value, String limit) {
        return new BigDecimal(value).compareTo(new BigDecimal(limit)) < 0;
    }

    private static String value(String line, Stat stat) {
        String[] fields = line.strip().split(" +");
        try {
            return switch (stat) {
                case TIME -> new BigDecimal(fields[0]).toPlainString();
                case TIME_MS -> Long.toString(Math.round(Double.parseDouble(fields[0]) * 1000));
                case READ_SECTORS -> fields[2];
                case WRITE_SECTORS -> fields[6];
            };
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return null; // a torn line
        }
    }

    /** The {@code stat} file of the whole disk that holds a file, null if the kernel names none. */
    public static Path diskOf(Path file) {
        try {
            long device = (Long) Files.getAttribute(file, "unix:dev");
            long major = (device >> 8) & 0xfff | (device >> 32) & ~0xfffL;
            long minor = device & 0xff | (device >> 12) & ~0xffL;
            Path block = Path.of("/sys/dev/block/" + major + ":" + minor);
            if (!Files.exists(block)) {
                return null;
            }
            Path real = block.toRealPath();
            Path whole = Files.exists(real.resolve("partition")) ? real.getParent() : real;
            Path stat = whole.resolve("stat");
            return Files.isReadable(stat) ? stat : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }
}
