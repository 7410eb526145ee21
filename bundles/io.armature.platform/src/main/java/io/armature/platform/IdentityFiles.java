package io.armature.platform;

import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who the device is: the override in {@code etc}, else what is stored, else a new random id that is
 * stored before anybody sees it. A file that cannot be used is kept beside the new one.
 */
final class IdentityFiles {

    private static final int LONGEST = 64;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final List<Fault> faults = new ArrayList<>();
    private final String deviceId;
    private final String bootId;

    IdentityFiles(Path override, Path stored, DurableFiles files, Randomness randomness) {
        String id = read(override, "remove it or put 1 to 64 characters of [A-Za-z0-9_-] there");
        if (id == null) {
            id = read(stored, "a new identity was made");
        }
        deviceId = id == null ? make(stored, files, randomness) : id;
        bootId = bootId(Path.of("/proc/sys/kernel/random/boot_id"));
    }

    String deviceId() {
        return deviceId;
    }

    String bootId() {
        return bootId;
    }

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    private String read(Path file, String advice) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            if (Files.size(file) <= LONGEST + 2) {
                String id = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
                if (valid(id)) {
                    return id;
                }
            }
            faults.add(new Fault("identity", file.toString(), "no valid device id; " + advice));
        } catch (IOException e) {
            faults.add(new Fault("identity", file.toString(), "unreadable (" + e + "); " + advice));
        }
        return null;
    }

    private static boolean valid(String id) {
        if (id.isEmpty() || id.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private String make(Path stored, DurableFiles files, Randomness randomness) {
        byte[] random = new byte[16];
        randomness.fill(random);
        random[6] = (byte) (random[6] & 0x0f | 0x40); // a version 4 UUID
        random[8] = (byte) (random[8] & 0x3f | 0x80);
        StringBuilder id = new StringBuilder(36);
        for (int i = 0; i < random.length; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                id.append('-');
            }
            id.append(HEX[random[i] >> 4 & 15]).append(HEX[random[i] & 15]);
        }
        try {
            if (Files.exists(stored)) {
                keep(stored);
            }
            files.replace(stored, (id + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            faults.add(
                    new Fault(
                            "identity",
                            stored.toString(),
                            "cannot be stored (" + e + "); this boot's identity will not last"));
        }
        return id.toString();
    }

    /** Nothing that could be read is deleted: the first unusable file stays as {@code .bad}. */
    private static void keep(Path stored) throws IOException {
        Path bad = stored.resolveSibling(stored.getFileName() + ".bad");
        if (!Files.exists(bad)) {
            Files.move(stored, bad);
        }
    }

    private static String bootId(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
