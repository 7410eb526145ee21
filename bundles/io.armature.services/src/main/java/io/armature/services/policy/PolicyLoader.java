package io.armature.services.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads policy directories. Nothing that stands in them stops it, and what it reads and keeps is
 * bounded. Needs no framework and no device, so that a file can be checked where it is written.
 */
public final class PolicyLoader {

    /** Longest policy file, bytes. */
    public static final int FILE_LIMIT_BYTES = 1 << 20;

    /** Longest of all policy files together, bytes. */
    public static final int TOTAL_LIMIT_BYTES = 4 << 20;

    /** Most files of one directory. */
    public static final int FILES_LIMIT = 1_000;

    private final Users users;
    private final Merge merge = new Merge();
    private final List<Finding> findings = new ArrayList<>();
    private long totalBytes;

    private PolicyLoader(Users users) {
        this.users = users;
    }

    /**
     * Reads every regular file directly inside each directory, in the order given and within a
     * directory in the byte order of names. A directory that does not exist is none.
     *
     * @param users whom rules may name; asked only for names that a file holds
     */
    public static Loaded load(List<Path> directories, Users users) {
        PolicyLoader loader = new PolicyLoader(users);
        for (Path directory : directories) {
            loader.readDirectory(directory);
        }
        return new Loaded(loader.merge.policies(), loader.findings);
    }

    private void readDirectory(Path directory) {
        if (Files.notExists(directory)) {
            return;
        }
        // Paths of a Unix file system compare by bytes; the set holds the first of them only.
        TreeSet<Path> files = new TreeSet<>();
        boolean tooMany = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                files.add(entry);
                if (files.size() > FILES_LIMIT) {
                    tooMany = true;
                    files.pollLast();
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            error(directory, "cannot be listed: " + reason(e));
            return;
        }
        for (Path file : files) {
            readFile(file);
        }
        if (tooMany) {
            error(directory, "holds over " + FILES_LIMIT + " entries; the rest is not read");
        }
    }

    private void readFile(Path path) {
        if (Files.isDirectory(path)) {
            return;
        }
        if (!Files.isRegularFile(path)) {
            // Opening a pipe would wait for a writer; a link to one is told.
            if (Files.isSymbolicLink(path)) {
                error(path, "is a link to no file");
            }
            return;
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(FILE_LIMIT_BYTES + 1);
        } catch (IOException e) {
            error(path, "cannot be read: " + reason(e));
            return;
        }
        if (bytes.length > FILE_LIMIT_BYTES) {
            error(path, "is longer than " + FILE_LIMIT_BYTES + " bytes");
            return;
        }
        totalBytes += bytes.length;
        if (totalBytes > TOTAL_LIMIT_BYTES) {
            error(
                    path,
                    "all policy files together are longer than " + TOTAL_LIMIT_BYTES + " bytes");
            return;
        }
        PolicyFile read = read(shown(path), bytes, users);
        findings.addAll(read.findings());
        findings.addAll(merge.add(read));
    }

    /**
     * Reads one file's content.
     *
     * @param file how people know the file, printable
     */
    static PolicyFile read(String file, byte[] content, Users users) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(content.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(content), text, true);
        text.flip();
        if (result.isError()) {
            String before = text.toString();
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            return new PolicyFile(
                    List.of(), List.of(Finding.error(file, line, column, "is not UTF-8 here")));
        }
        return PolicyReader.read(file, text.toString(), users);
    }

    private void error(Path path, String reason) {
        findings.add(Finding.error(shown(path), 0, 0, reason));
    }

    private static String shown(Path path) {
        return Printable.of(path.toString());
    }

    private static String reason(Exception e) {
        Throwable cause = e instanceof DirectoryIteratorException ? e.getCause() : e;
        return Printable.of(cause.getClass().getSimpleName() + " " + cause.getMessage());
    }
}
