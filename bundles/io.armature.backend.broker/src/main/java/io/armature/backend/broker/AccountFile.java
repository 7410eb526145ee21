package io.armature.backend.broker;

import io.armature.backend.api.DeviceAccounts;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The accounts of the broker: one line a device in {@code devices} ({@code <id> <hash>}), the
 * server's password in {@code server-password}. Lines that cannot be read are kept and reported,
 * never dropped. Any thread may call this.
 */
final class AccountFile {

    private static final Pattern DEVICE_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int PASSWORD_BYTES = 24;
    private static final int SALT_BYTES = 16;

    private final Path directory;
    private final Path devices;
    private final DurableFiles files;
    private final Randomness randomness;
    private final Map<String, PasswordHash> accounts = new ConcurrentHashMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private final String serverPassword;
    private final PasswordHash nobody;

    /**
     * Reads the accounts and makes the server's password if there is none.
     *
     * @param directory made with mode 0700 if absent
     */
    AccountFile(Path directory, DurableFiles files, Randomness randomness) throws IOException {
        this.directory = directory;
        this.devices = directory.resolve("devices");
        this.files = files;
        this.randomness = randomness;
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        load();
        this.serverPassword = loadServerPassword();
        this.nobody = PasswordHash.of(newPassword(), random(SALT_BYTES));
    }

    String serverPassword() {
        return serverPassword;
    }

    /** Lines of the file that no account could be made of. */
    int unreadableLines() {
        synchronized (unreadable) {
            return unreadable.size();
        }
    }

    /** As {@link DeviceAccounts#enroll(String)}. */
    synchronized String enroll(String deviceId) throws IOException {
        if (!DEVICE_ID.matcher(deviceId).matches()) {
            throw new IllegalArgumentException(
                    "a device id is 1 to 64 characters of A-Z a-z 0-9 _ -, was '" + deviceId + "'");
        }
        if (deviceId.equals(DeviceAccounts.SERVER_USER)) {
            throw new IllegalArgumentException("'" + deviceId + "' is the reporting server's name");
        }
        String password = newPassword();
        PasswordHash hash = PasswordHash.of(password, random(SALT_BYTES));
        Map<String, PasswordHash> next = new TreeMap<>(accounts);
        next.put(deviceId, hash);
        store(next);
        accounts.put(deviceId, hash);
        return password;
    }

    /** Whether an account of this name exists; the server is none. */
    boolean isDevice(String user) {
        return accounts.containsKey(user);
    }

    /** Whether the password opens the device's account; unknown names take as long. */
    boolean opensDevice(String user, byte[] password) {
        char[] characters = new String(password, StandardCharsets.UTF_8).toCharArray();
        PasswordHash hash = accounts.get(user);
        boolean matches = (hash == null ? nobody : hash).matches(characters);
        return matches && hash != null;
    }

    private void load() throws IOException {
        if (!Files.exists(devices)) {
            return;
        }
        for (String line : Files.readAllLines(devices, StandardCharsets.UTF_8)) {
            int space = line.indexOf(' ');
            String id = space < 0 ? line : line.substring(0, space);
            try {
                if (!DEVICE_ID.matcher(id).matches()) {
                    throw new IllegalArgumentException("no device id");
                }
                accounts.put(id, PasswordHash.parse(line.substring(space + 1)));
            } catch (IllegalArgumentException e) {
                synchronized (unreadable) {
                    unreadable.add(line);
                }
            }
        }
    }

    private void store(Map<String, PasswordHash> all) throws IOException {
        StringBuilder text = new StringBuilder();
        all.forEach((id, hash) -> text.append(id).append(' ').append(hash.format()).append('\n'));
        synchronized (unreadable) {
            unreadable.forEach(line -> text.append(line).append('\n'));
        }
        replace(devices, text.toString());
    }

    private String loadServerPassword() throws IOException {
        Path file = directory.resolve("server-password");
        if (Files.exists(file)) {
            String known = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (!known.isEmpty()) {
                return known;
            }
        }
        String made = newPassword();
        replace(file, made + "\n");
        return made;
    }

    /** The directory is closed to others, so the mode may follow the rename. */
    private void replace(Path file, String text) throws IOException {
        files.replace(file, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private String newPassword() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random(PASSWORD_BYTES));
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        randomness.fill(bytes);
        return bytes;
    }
}
