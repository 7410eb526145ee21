package io.armature.backend.reporting.configuration;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.keys.SharedFolder;
import io.armature.platform.api.DurableFiles;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.EventConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The signed configuration that devices are given, in a file. Any thread. Several servers may share
 * the file: what another one has made is found when it is next asked for.
 */
public final class Configurations {

    /** Most rules that devices take. */
    public static final int MAX_RULES = 256;

    private static final byte[] SIGNED_AS =
            "armature-configuration 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int RULE_BYTES = 3 * Integer.BYTES + 1;

    /**
     * What the file had when it was read.
     *
     * @param state of the file then
     */
    private record Held(String state, Optional<ConfigFile> configuration) {}

    private final Path file;
    private final SharedFolder folder;
    private final DurableFiles files;
    private final BackendKeys keys;
    private volatile Held held = new Held("", Optional.empty());

    /**
     * @param file in a folder that exists; need not exist
     */
    public Configurations(Path file, DurableFiles files, BackendKeys keys) {
        this.file = file;
        this.folder = new SharedFolder(file.getParent());
        this.files = files;
        this.keys = keys;
    }

    /**
     * What devices are to have; none if nothing was ever set.
     *
     * @throws IOException if the file cannot be read or is damaged
     */
    public Optional<ConfigFile> current() throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        String state = state();
        Held now = held;
        if (!now.state().equals(state)) {
            now = new Held(state, Optional.of(read()));
            held = now;
        }
        return now.configuration();
    }

    /**
     * Makes, signs and keeps the next configuration; durable on return.
     *
     * @param rules all that is blocked from now on, at most {@link #MAX_RULES}
     * @param version above the one before; empty: the next one
     * @throws IllegalArgumentException if the version or a rule cannot be
     * @throws IOException if it cannot be kept, or the one before cannot be read; nothing changed
     */
    public synchronized ConfigFile replace(List<EventConfig> rules, OptionalInt version)
            throws IOException {
        return folder.change(() -> next(rules, version));
    }

    private ConfigFile next(List<EventConfig> rules, OptionalInt version) throws IOException {
        int last = current().map(ConfigFile::getVersion).orElse(0);
        if (last == Integer.MAX_VALUE || version.orElse(last + 1) <= last) {
            throw new IllegalArgumentException("version must be above " + last);
        }
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("devices take " + MAX_RULES + " rules at most");
        }
        ConfigFile unsigned =
                ConfigFile.newBuilder()
                        .setVersion(version.orElse(last + 1))
                        .addAllBlockedEventConfigs(rules)
                        .build();
        ConfigFile next =
                unsigned.toBuilder()
                        .setConfigFileSignature(ByteString.copyFrom(keys.sign(signed(unsigned))))
                        .build();
        files.replace(file, next.toByteArray());
        return next;
    }

    private ConfigFile read() throws IOException {
        try {
            ConfigFile read = ConfigFile.parseFrom(Files.readAllBytes(file));
            if (read.getVersion() >= 1
                    && keys.signed(signed(read), read.getConfigFileSignature().toByteArray())) {
                return read;
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(damaged(), e);
        }
        throw new IOException(damaged());
    }

    private String damaged() {
        return file
                + " is damaged or not signed with this server's key: restore it, or remove it and"
                + " set a configuration with a --version above that of the devices";
    }

    private String state() throws IOException {
        return Files.getLastModifiedTime(file)
                + " "
                + Files.readAttributes(file, "unix:ino").get("ino");
    }

    /** What is signed: every field in its place, since messages have many encodings. */
    private static byte[] signed(ConfigFile configuration) {
        ByteBuffer bytes =
                ByteBuffer.allocate(
                                SIGNED_AS.length
                                        + 2 * Integer.BYTES
                                        + RULE_BYTES * configuration.getBlockedEventConfigsCount())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(SIGNED_AS)
                        .putInt(configuration.getVersion())
                        .putInt(configuration.getBlockedEventConfigsCount());
        for (EventConfig rule : configuration.getBlockedEventConfigsList()) {
            bytes.putInt(rule.getDestination().getNumber())
                    .put(
                            (byte)
                                    ((rule.hasMinimumReleaseVersion() ? 1 : 0)
                                            + (rule.hasMaximumReleaseVersion() ? 2 : 0)))
                    .putInt(rule.getMinimumReleaseVersion())
                    .putInt(rule.getMaximumReleaseVersion());
        }
        return bytes.array();
    }
}
