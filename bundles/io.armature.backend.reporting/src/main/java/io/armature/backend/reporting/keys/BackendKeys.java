package io.armature.backend.reporting.keys;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Randomness;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * X25519 keys that devices seal for, the newest of which they are given, and an Ed25519 key that
 * signs it. Made at the first start and kept, old ones too: a lost file means records that nobody
 * can open, so a damaged one is an error and never replaced.
 *
 * <p>Any thread may call this. Several servers may share the files: what another one has made is
 * found when it is first asked for, and who changes them holds a lock on the file {@code lock}
 * beside.
 */
public final class BackendKeys {

    private static final String HEADER = "armature-backend-keys 1";
    private static final String OLD_HEADER = "armature-backend-old-keys 1";

    private final Path file;
    private final Path oldFile;
    private final SharedFolder folder;
    private final DurableFiles files;
    private final Randomness randomness;
    private volatile Ring ring;

    /**
     * Keys as the files have them.
     *
     * @param old those in use before, the last one last
     * @param state of the files when they were read
     */
    private record Ring(
            EncryptionKey current, byte[] signing, List<EncryptionKey> old, String state) {

        Optional<EncryptionKey> key(long id) {
            return current.id() == id
                    ? Optional.of(current)
                    : old.stream().filter(k -> k.id() == id).findFirst();
        }
    }

    private BackendKeys(Path file, DurableFiles files, Randomness randomness) throws IOException {
        this.file = file;
        this.oldFile = file.resolveSibling("old-keys");
        this.folder = new SharedFolder(file.getParent());
        this.files = files;
        this.randomness = randomness;
        if (Files.notExists(file)) {
            // The directory is closed before the file is there: no moment in which others can read.
            Files.createDirectories(file.getParent());
            Files.setPosixFilePermissions(
                    file.getParent(), PosixFilePermissions.fromString("rwx------"));
            folder.change(this::makeFirst);
        }
        this.ring = read();
    }

    private Ring makeFirst() throws IOException {
        if (Files.notExists(file)) {
            byte[] signing = new byte[EncryptionKey.BYTES];
            randomness.fill(signing);
            write(EncryptionKey.make(randomness), signing);
        }
        return read();
    }

    /**
     * Reads the keys, or makes and stores them if there is no file. The files are readable by their
     * owner only; keys that are no longer given out are in {@code old-keys} beside.
     *
     * @throws IOException if a file cannot be read or is damaged
     */
    public static BackendKeys open(Path file, DurableFiles files, Randomness randomness)
            throws IOException {
        return new BackendKeys(file, files, randomness);
    }

    /**
     * Makes a new encryption key, which devices are given from now on; the one before still opens
     * what was sealed for it. Durable on return.
     *
     * @throws IOException if it could not be stored; the one before stays
     */
    public synchronized void rotate() throws IOException {
        ring = folder.change(this::makeNext);
    }

    private Ring makeNext() throws IOException {
        Ring before = read();
        EncryptionKey next = EncryptionKey.make(randomness);
        while (before.key(next.id()).isPresent()) {
            next = EncryptionKey.make(randomness);
        }
        // First the old ones: a crash in between leaves one key in both files.
        StringBuilder text = new StringBuilder(OLD_HEADER).append('\n');
        for (EncryptionKey key : before.old()) {
            text.append("x25519 ").append(key.id()).append(' ').append(key.hex()).append('\n');
        }
        text.append("x25519 ")
                .append(before.current().id())
                .append(' ')
                .append(before.current().hex())
                .append('\n');
        replace(oldFile, text.toString());
        write(next, before.signing());
        return read();
    }

    private void write(EncryptionKey current, byte[] signing) throws IOException {
        replace(
                file,
                String.join(
                        "\n",
                        HEADER,
                        "id " + current.id(),
                        "x25519 " + current.hex(),
                        "ed25519 " + HexFormat.of().formatHex(signing),
                        ""));
    }

    private void replace(Path target, String text) throws IOException {
        files.replace(target, text.getBytes(StandardCharsets.US_ASCII));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    }

    private Ring read() throws IOException {
        String state = state();
        String[] lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n");
        try {
            if (lines.length == 4 && lines[0].equals(HEADER)) {
                EncryptionKey current =
                        EncryptionKey.of(value(lines[1], "id "), value(lines[2], "x25519 "));
                List<EncryptionKey> old = readOld();
                old.removeIf(key -> key.same(current));
                return new Ring(
                        current,
                        EncryptionKey.secret(value(lines[3], "ed25519 ")),
                        List.copyOf(old),
                        state);
            }
        } catch (IllegalArgumentException e) {
            // Without the cause: it would quote the key.
            throw damaged(file);
        }
        throw damaged(file);
    }

    private List<EncryptionKey> readOld() throws IOException {
        List<EncryptionKey> old = new ArrayList<>();
        if (Files.notExists(oldFile)) {
            return old;
        }
        String[] lines = Files.readString(oldFile, StandardCharsets.US_ASCII).split("\n");
        try {
            if (!lines[0].equals(OLD_HEADER)) {
                throw damaged(oldFile);
            }
            for (int i = 1; i < lines.length; i++) {
                String[] words = value(lines[i], "x25519 ").split(" ");
                if (words.length != 2) {
                    throw damaged(oldFile);
                }
                old.add(EncryptionKey.of(words[0], words[1]));
            }
        } catch (IllegalArgumentException e) {
            // Without the cause: it would quote the key.
            throw damaged(oldFile);
        }
        return old;
    }

    private static String value(String line, String name) {
        if (!line.startsWith(name)) {
            throw new IllegalArgumentException(name);
        }
        return line.substring(name.length());
    }

    private static IOException damaged(Path file) {
        return new IOException(file + " is damaged: restore it, or remove it for new keys");
    }

    /** Changes when another server has replaced the files. */
    private String state() throws IOException {
        return Files.getLastModifiedTime(file)
                + " "
                + Files.readAttributes(file, "unix:ino").get("ino");
    }

    /** The name under which devices know the encryption key. */
    public int id() {
        return ring.current().id();
    }

    /** The names of keys that are no longer given out, the last one last. */
    public List<Integer> oldIds() {
        return ring.old().stream().map(EncryptionKey::id).toList();
    }

    /** The Ed25519 public key that devices check keys with, 64 hex characters. */
    public String verificationKey() {
        byte[] publicKey = new byte[EncryptionKey.BYTES];
        Ed25519.generatePublicKey(ring.signing(), 0, publicKey, 0);
        return HexFormat.of().formatHex(publicKey);
    }

    /** The encryption key as devices take it. */
    public SignedEncryptionInfo signedKey() {
        Ring now = ring;
        byte[] publicKey = now.current().publicKey();
        byte[] message =
                ByteBuffer.allocate(Integer.BYTES + EncryptionKey.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(now.current().id())
                        .put(publicKey)
                        .array();
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(now.signing(), 0, message, 0, message.length, signature, 0);
        return SignedEncryptionInfo.newBuilder()
                .setPublicAsymmetricKey(ByteString.copyFrom(publicKey))
                .setPublicKeyId(now.current().id())
                .setSignature(ByteString.copyFrom(signature))
                .build();
    }

    /**
     * A signature that devices check by {@link #verificationKey}.
     *
     * @param message must say what it is; not of 36 bytes, as keys have when they are signed
     */
    public byte[] sign(byte[] message) {
        if (message.length == Integer.BYTES + EncryptionKey.BYTES) {
            throw new IllegalArgumentException("may be taken for a key");
        }
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(ring.signing(), 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** Whether {@link #sign} gave this signature. */
    public boolean signed(byte[] message, byte[] signature) {
        byte[] publicKey = new byte[EncryptionKey.BYTES];
        Ed25519.generatePublicKey(ring.signing(), 0, publicKey, 0);
        return signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    }

    /** Whether there is a key of that name, given out or no longer. */
    public boolean has(long id) {
        return key(id).isPresent();
    }

    /**
     * X25519 with an encryption key.
     *
     * @param id name of a key that there is
     * @param ephemeralPublic 32 bytes
     * @param shared takes 32 bytes
     * @return false if the public key is of low order; there is no shared secret then
     */
    public boolean agree(long id, byte[] ephemeralPublic, byte[] shared) {
        return key(id).orElseThrow(() -> new IllegalArgumentException("no key of id " + id))
                .agree(ephemeralPublic, shared);
    }

    private Optional<EncryptionKey> key(long id) {
        Optional<EncryptionKey> key = ring.key(id);
        return key.isPresent() ? key : refreshed().key(id);
    }

    /** The keys as they are, if another server has changed them. */
    private Ring refreshed() {
        try {
            if (!state().equals(ring.state())) {
                ring = read();
            }
        } catch (IOException e) {
            // It is being replaced, or is lost: what we know still counts.
            return ring;
        }
        return ring;
    }
}
