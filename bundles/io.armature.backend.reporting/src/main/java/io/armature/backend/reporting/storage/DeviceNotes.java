package io.armature.backend.reporting.storage;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Small facts about devices: a file a device, a line {@code name base64} a fact. Any thread. */
public final class DeviceNotes {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Path folder;
    private final DurableFiles files;
    private final Disk disk;

    // Guarded by this.
    private boolean folderIsNamed;

    /**
     * @param folder made with the first fact
     */
    public DeviceNotes(Path folder, DurableFiles files) {
        this(folder, files, new MachineDisk());
    }

    DeviceNotes(Path folder, DurableFiles files, Disk disk) {
        this.disk = disk;
        this.folder = folder;
        this.files = files;
    }

    synchronized void note(String device, String name, ByteString value) throws IOException {
        if (!QueueName.isDevice(device) || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("malformed name: " + device + " " + name);
        }
        Map<String, ByteString> all = noted(device);
        if (value.equals(all.put(name, value))) {
            return;
        }
        StringBuilder text = new StringBuilder();
        all.forEach(
                (key, fact) ->
                        text.append(key)
                                .append(' ')
                                .append(Base64.getEncoder().encodeToString(fact.toByteArray()))
                                .append('\n'));
        if (!folderIsNamed || Files.notExists(folder)) {
            // Who made it before may have ended before its name was forced.
            disk.makeFolder(folder);
            disk.forceFolder(folder.getParent());
            folderIsNamed = true;
        }
        files.replace(folder.resolve(device), text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    Set<String> devices() throws IOException {
        if (Files.notExists(folder)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(QueueName::isDevice)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    synchronized Map<String, ByteString> noted(String device) throws IOException {
        Map<String, ByteString> all = new TreeMap<>();
        if (!QueueName.isDevice(device) || Files.notExists(folder.resolve(device))) {
            return all;
        }
        for (String line : Files.readAllLines(folder.resolve(device), StandardCharsets.US_ASCII)) {
            int space = line.indexOf(' ');
            try {
                if (space < 1) {
                    throw new IllegalArgumentException("no name");
                }
                all.put(
                        line.substring(0, space),
                        ByteString.copyFrom(Base64.getDecoder().decode(line.substring(space + 1))));
            } catch (IllegalArgumentException e) {
                throw new IOException(folder.resolve(device) + " is damaged", e);
            }
        }
        return all;
    }
}
