package io.armature.reporting.health;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Health/health_info_<n>}: one entry a line in upper-case hex, oldest first, files in order
 * of their number. Never forced: a power cut may take the last entries. For one thread at a time.
 */
final class HealthFiles {

    static final int FILE_BYTES = 10 << 10;
    static final int MOST_FILES = HealthHistory.LIMIT_BYTES / FILE_BYTES;

    private static final Logger log = LoggerFactory.getLogger(HealthFiles.class);
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Pattern NAME = Pattern.compile("health_info_(0|[1-9][0-9]{0,8})");
    private static final String PREFIX = HealthHistory.DIRECTORY + "/health_info_";

    private final Storage storage;

    HealthFiles(Storage storage) {
        this.storage = storage;
    }

    /** What is there, oldest first; lines that are no entries are passed over. */
    List<HealthDataHistory> read() throws IOException {
        List<HealthDataHistory> entries = new ArrayList<>();
        for (long number : numbers()) {
            byte[] content = storage.read(PREFIX + number, FILE_BYTES);
            for (String line : new String(content, StandardCharsets.US_ASCII).split("\n")) {
                add(entries, line);
            }
        }
        return entries;
    }

    private static void add(List<HealthDataHistory> entries, String line) {
        try {
            if (!line.isEmpty()) {
                entries.add(HealthDataHistory.parseFrom(HEX.parseHex(line)));
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            log.debug("no entry of the history", e);
        }
    }

    /**
     * Adds entries; the oldest files go when there are too many. Longer ones than a file do not.
     */
    void append(List<HealthDataHistory> entries) throws IOException {
        List<Long> numbers = new ArrayList<>(numbers());
        if (numbers.isEmpty()) {
            storage.makeDirectory(HealthHistory.DIRECTORY);
        }
        StringBuilder lines = new StringBuilder();
        int room = numbers.isEmpty() ? 0 : room(numbers.get(numbers.size() - 1));
        for (HealthDataHistory entry : entries) {
            String line = HEX.formatHex(entry.toByteArray()) + "\n";
            if (line.length() > FILE_BYTES) {
                continue;
            }
            if (lines.length() + line.length() > room) {
                write(numbers, lines);
                numbers.add(numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1) + 1);
                lines.setLength(0);
                room = FILE_BYTES;
            }
            lines.append(line);
        }
        write(numbers, lines);
        while (numbers.size() > MOST_FILES) {
            storage.unlinkIfPresent(PREFIX + numbers.remove(0));
        }
    }

    /** None behind a line that was cut off. */
    private int room(long number) throws IOException {
        byte[] content = storage.read(PREFIX + number, FILE_BYTES);
        boolean whole = content.length == 0 || content[content.length - 1] == '\n';
        return whole ? FILE_BYTES - content.length : 0;
    }

    private void write(List<Long> numbers, StringBuilder lines) throws IOException {
        if (lines.length() == 0) {
            return;
        }
        String path = PREFIX + numbers.get(numbers.size() - 1);
        ByteBuffer content = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
        try (StorageFile file =
                storage.exists(path) ? storage.open(path, Access.CHANGE) : storage.create(path)) {
            file.write(content, file.size());
        }
    }

    private List<Long> numbers() throws IOException {
        if (!storage.exists(HealthHistory.DIRECTORY)) {
            return List.of();
        }
        return storage.list(HealthHistory.DIRECTORY).stream()
                .filter(entry -> entry.kind() == Kind.FILE)
                .filter(entry -> entry.bytes() <= FILE_BYTES)
                .map(Entry::name)
                .filter(name -> NAME.matcher(name).matches())
                .map(name -> Long.valueOf(name.substring(name.lastIndexOf('_') + 1)))
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
