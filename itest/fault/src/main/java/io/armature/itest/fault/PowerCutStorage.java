package io.armature.itest.fault;

import io.armature.itest.fault.Steps.Step;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A disk behind a page cache. What was written, created, renamed or unlinked is in this process's
 * memory until it is forced; only then it reaches the {@link Platter}. Killing the process is
 * therefore a power cut. As on a real machine some of it may reach the platter early, chosen by a
 * seed: any sectors, lengths without content, and names, each by itself.
 */
final class PowerCutStorage implements Storage {

    /** What a force of a file does. */
    enum Forcing {
        /** Makes durable, as promised; some of it may be so early, and in any order. */
        HONEST,
        /** As promised, from front to end and never early: no record that nobody waits for. */
        PUNCTUAL,
        /** Nothing, for files. */
        IGNORED,
        /** Nothing, for directories. */
        IGNORED_FOR_NAMES
    }

    private static final int EARLY_ONE_OF = 6;

    private final Platter platter;
    private final Node root;
    private final Steps steps;
    private final Forcing forcing;
    private final Random early;

    private PowerCutStorage(
            Platter platter, Node root, Steps steps, Forcing forcing, Random early) {
        this.platter = platter;
        this.root = root;
        this.steps = steps;
        this.forcing = forcing;
        this.early = early;
    }

    /**
     * Opens what survived the last power cut.
     *
     * @param directory where the platter is; made if absent
     */
    static PowerCutStorage open(Path directory, Steps steps, Forcing forcing, long seed)
            throws IOException {
        Platter platter = Platter.open(directory);
        return new PowerCutStorage(
                platter, Node.loadRoot(platter), steps, forcing, new Random(seed));
    }

    @Override
    public synchronized List<Entry> list(String directory) throws IOException {
        steps.before(Step.LIST, directory);
        List<Entry> entries = new ArrayList<>();
        directory(directory)
                .children()
                .forEach(
                        (name, node) ->
                                entries.add(
                                        new Entry(
                                                name,
                                                node.isDirectory() ? Kind.DIRECTORY : Kind.FILE,
                                                node.isDirectory() ? 0 : size(node),
                                                node.number())));
        return entries;
    }

    @Override
    public synchronized void makeDirectory(String directory) throws IOException {
        Node parent = directory(Storage.parent(directory));
        steps.before(Step.MAKE_DIRECTORY, directory);
        Node there = parent.children().get(last(directory));
        if (there != null && there.isDirectory()) {
            return;
        }
        if (there != null) {
            throw new FileAlreadyExistsException(directory);
        }
        parent.names().put(last(directory), Node.directory(platter));
        perhapsEarly(parent);
    }

    @Override
    public synchronized StorageFile create(String path) throws IOException {
        Node parent = directory(Storage.parent(path));
        if (parent.children().containsKey(last(path))) {
            throw new FileAlreadyExistsException(path);
        }
        steps.before(Step.CREATE, path);
        Node file = Node.file(platter);
        parent.names().put(last(path), file);
        perhapsEarly(parent);
        return new OpenFile(path, file, Access.CHANGE);
    }

    @Override
    public synchronized StorageFile open(String path, Access access) throws IOException {
        Node file = node(path);
        if (file.isDirectory()) {
            throw new IOException(path + ": Is a directory");
        }
        steps.before(Step.OPEN, path);
        return new OpenFile(path, file, access);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        Node source = directory(Storage.parent(from));
        Node target = directory(Storage.parent(to));
        Node moved = node(from);
        steps.before(Step.RENAME, from);
        Names.Change come = target.names().put(last(to), moved);
        source.names().remove(last(from), come);
        perhapsEarly(target);
        perhapsEarly(source);
    }

    @Override
    public synchronized void unlink(String path) throws IOException {
        Node gone = node(path);
        if (gone.isDirectory() && !gone.children().isEmpty()) {
            throw new IOException(path + ": Directory not empty");
        }
        steps.before(Step.UNLINK, path);
        Node parent = directory(Storage.parent(path));
        parent.names().remove(last(path), null);
        perhapsEarly(parent);
    }

    @Override
    public synchronized void forceDirectory(String directory) throws IOException {
        Node node = directory(directory);
        steps.before(Step.FORCE_DIRECTORY, directory);
        if (forcing != Forcing.IGNORED_FOR_NAMES) {
            node.names().force();
        }
    }

    @Override
    public void close() {
        // Nothing is written back: what was not forced is lost with the process.
    }

    private void perhapsEarly(Node directory) throws IOException {
        if (forcing != Forcing.IGNORED_FOR_NAMES && early()) {
            directory.names().leak(early);
        }
    }

    private boolean early() {
        return forcing != Forcing.PUNCTUAL && early.nextInt(EARLY_ONE_OF) == 0;
    }

    private Optional<Random> order() {
        return forcing == Forcing.PUNCTUAL ? Optional.empty() : Optional.of(early);
    }

    private Node directory(String path) throws IOException {
        Node node = node(path);
        if (!node.isDirectory()) {
            throw new IOException(path + ": Not a directory");
        }
        return node;
    }

    private Node node(String path) throws IOException {
        Node node = root;
        if (path.isEmpty()) {
            return node;
        }
        for (String part : path.split("/", -1)) {
            node = node.isDirectory() ? node.children().get(part) : null;
            if (node == null) {
                throw new NoSuchFileException(path);
            }
        }
        return node;
    }

    private static long size(Node node) {
        try {
            return node.content().size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** An open file; stays usable when its name goes. */
    private final class OpenFile implements StorageFile {

        private final String path;
        private final Pages pages;
        private final Access access;
        private boolean open = true;

        OpenFile(String path, Node node, Access access) throws IOException {
            this.path = path;
            this.pages = node.content();
            this.access = access;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (PowerCutStorage.this) {
                check(Access.READ);
                steps.before(Step.READ, path);
                return pages.read(target, position);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (PowerCutStorage.this) {
                check(Access.CHANGE);
                boolean grows = last(path).startsWith("P_") && position >= pages.size();
                try {
                    steps.before(grows ? Step.PREALLOCATE : Step.WRITE, path);
                } catch (ShortWrite e) {
                    ByteBuffer half = source.duplicate();
                    pages.write(half.limit(half.position() + half.remaining() / 2), position);
                    pages.leakAll();
                    e.written();
                    throw new NoSpaceException(e);
                }
                pages.write(source, position);
                if (forcing != Forcing.IGNORED && early()) {
                    pages.leak(early);
                }
            }
        }

        @Override
        public void force(boolean length) throws IOException {
            synchronized (PowerCutStorage.this) {
                check(Access.CHANGE);
                try {
                    steps.before(length ? Step.FORCE_LENGTH : Step.FORCE, path);
                } catch (IOException e) {
                    pages.forget();
                    throw e;
                }
                if (forcing != Forcing.IGNORED) {
                    pages.force(length, order(), () -> steps.before(Step.SECTOR, path));
                }
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (PowerCutStorage.this) {
                check(Access.READ);
                return pages.size();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (PowerCutStorage.this) {
                check(Access.CHANGE);
                steps.before(Step.TRUNCATE, path);
                pages.truncate(size);
            }
        }

        @Override
        public void close() {
            synchronized (PowerCutStorage.this) {
                open = false;
            }
        }

        private void check(Access wanted) throws IOException {
            if (!open || (wanted == Access.CHANGE && access == Access.READ)) {
                throw new IOException(path + (open ? " is open for reading only" : " is closed"));
            }
        }
    }
}
