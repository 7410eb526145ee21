package io.armature.launcher;

import io.armature.launcher.SlotLock.LockedFile;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;

/**
 * Compares a slot with its lock: every named file is a regular file with the named digest, and
 * nothing else is there. Symbolic links are refused: what they point to may change behind the lock.
 *
 * <p>Not thread-safe; runs on a thread of its own beside the framework's start.
 */
final class SlotVerifier {

    private static final int BUFFER_BYTES = 64 << 10;

    private final File slot;
    private final GivenDigests given;
    private final MessageDigest digest;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /**
     * @param given digests that need not be taken again
     */
    SlotVerifier(Path slot, GivenDigests given) throws LaunchException {
        this.slot = slot.toFile();
        this.given = given;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LaunchException(ExitStatus.SLOT_REFUSED, "JVM has no SHA-256", e);
        }
    }

    /**
     * Checks the whole slot.
     *
     * @throws LaunchException naming the first file that is changed, missing or extra
     */
    void verify(SlotLock lock) throws LaunchException {
        Set<String> expected = new HashSet<>();
        Set<String> directories = new HashSet<>();
        expected.add("lock");
        for (LockedFile file : lock.everyFile()) {
            expected.add(file.path());
            for (int i = file.path().indexOf('/'); i > 0; i = file.path().indexOf('/', i + 1)) {
                directories.add(file.path().substring(0, i));
            }
        }
        refuseExtra("", expected, directories);
        for (LockedFile file : lock.everyFile()) {
            if (given.confirm(file.path(), file.sha256())) {
                continue;
            }
            String found = digestOf(file.path());
            if (!found.equals(file.sha256())) {
                throw LaunchException.refused(
                        "changed file "
                                + file.path()
                                + ": lock says "
                                + file.sha256()
                                + ", found "
                                + found);
            }
        }
    }

    /** Lower-case hex SHA-256 of bytes. */
    String digestOf(byte[] content) {
        digest.reset();
        return hex(digest.digest(content));
    }

    private String digestOf(String path) throws LaunchException {
        digest.reset();
        File file = new File(slot, path);
        try (FileInputStream in = new FileInputStream(file)) {
            int length;
            while ((length = in.read(buffer)) >= 0) {
                digest.update(buffer, 0, length);
            }
            return hex(digest.digest());
        } catch (FileNotFoundException e) {
            throw new LaunchException(
                    ExitStatus.SLOT_REFUSED,
                    (file.exists() ? "unreadable file " : "missing file ") + path,
                    e);
        } catch (IOException e) {
            throw new LaunchException(
                    ExitStatus.SLOT_REFUSED, "unreadable file " + path + ": " + e.getMessage(), e);
        }
    }

    private void refuseExtra(String prefix, Set<String> expected, Set<String> directories)
            throws LaunchException {
        String[] names = new File(slot, prefix).list();
        if (names == null) {
            throw LaunchException.refused(
                    prefix.isEmpty() ? "no slot at " + slot : "unreadable directory " + prefix);
        }
        for (String name : names) {
            String path = prefix + name;
            BasicFileAttributes attributes = attributes(path);
            if (attributes.isDirectory() && directories.contains(path)) {
                refuseExtra(path + "/", expected, directories);
            } else if (!expected.contains(path)) {
                throw LaunchException.refused("extra file " + path);
            } else if (!attributes.isRegularFile()) {
                throw LaunchException.refused("not a regular file: " + path);
            }
        }
    }

    private BasicFileAttributes attributes(String path) throws LaunchException {
        try {
            return Files.readAttributes(
                    new File(slot, path).toPath(),
                    BasicFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new LaunchException(ExitStatus.SLOT_REFUSED, "missing file " + path, e);
        } catch (IOException e) {
            throw new LaunchException(ExitStatus.SLOT_REFUSED, "unreadable file " + path, e);
        }
    }

    private static String hex(byte[] bytes) {
        char[] text = new char[bytes.length * 2];
        for (int i = 0; i < bytes.length; i++) {
            text[2 * i] = Character.forDigit((bytes[i] >> 4) & 15, 16);
            text[2 * i + 1] = Character.forDigit(bytes[i] & 15, 16);
        }
        return new String(text);
    }
}
