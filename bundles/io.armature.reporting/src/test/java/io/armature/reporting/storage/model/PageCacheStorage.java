package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Storage that forgets like a machine without power. What is written stays in memory until it is
 * forced; a new name stays hidden until its directory is forced. So ending the process, however
 * roughly, leaves in the real files exactly what a power cut may leave at worst. Names that are
 * removed or replaced go at once, which is the worst for who relies on them.
 */
public final class PageCacheStorage implements Storage {

    private static final String HIDDEN = ".unforced-";

    private final Storage real;
    private final AtomicLong hidden = new AtomicLong();

    /** Name as the spool knows it to name on the real disk, for names not forced yet. */
    private final Map<String, String> unforced = new HashMap<>();

    /** Content of files that is not forced yet, by the spool's name. */
    private final Map<String, Pages> pages = new HashMap<>();

    /**
     * @param real its root must hold no hidden files: see {@link #discardHidden}
     */
    public PageCacheStorage(Storage real) {
        this.real = real;
    }

    /** Removes what a power cut would have removed: names that were never forced. */
    public static void discardHidden(Storage real) throws IOException {
        for (Entry entry : real.list("")) {
            if (entry.name().startsWith(HIDDEN)) {
                real.unlink(entry.name());
            }
        }
    }

    @Override
    public synchronized List<Entry> list(String directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : real.list(directory)) {
            if (!entry.name().startsWith(HIDDEN)) {
                entries.add(sized(join(directory, entry.name()), entry.name(), entry));
            }
        }
        List<Entry> roots = real.list("");
        for (Map.Entry<String, String> name : unforced.entrySet()) {
            if (Storage.parent(name.getKey()).equals(directory)) {
                for (Entry entry : roots) {
                    if (entry.name().equals(name.getValue())) {
                        String simple = name.getKey().substring(name.getKey().lastIndexOf('/') + 1);
                        entries.add(sized(name.getKey(), simple, entry));
                    }
                }
            }
        }
        return entries;
    }

    private Entry sized(String path, String name, Entry entry) {
        Pages cached = pages.get(path);
        long bytes = cached == null ? entry.bytes() : cached.size(entry.bytes());
        return new Entry(name, entry.kind(), bytes, entry.modifiedMillis());
    }

    private static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** Directories are forced at once: the spool forces the root right after making one. */
    @Override
    public void makeDirectory(String directory) throws IOException {
        real.makeDirectory(directory);
    }

    @Override
    public synchronized StorageFile create(String path) throws IOException {
        if (exists(path)) {
            throw new IOException(path + " exists");
        }
        String name = HIDDEN + hidden.incrementAndGet();
        StorageFile file = real.create(name);
        unforced.put(path, name);
        pages.put(path, new Pages());
        return new CachedFile(file, pages.get(path));
    }

    @Override
    public synchronized StorageFile open(String path, Access access) throws IOException {
        StorageFile file = real.open(unforced.getOrDefault(path, path), access);
        return new CachedFile(file, pages.computeIfAbsent(path, name -> new Pages()));
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        String source = unforced.remove(from);
        if (source == null) {
            source = from;
        }
        String name = HIDDEN + hidden.incrementAndGet();
        real.rename(source, name);
        unforced.put(to, name);
        Pages moved = pages.remove(from);
        if (moved != null) {
            pages.put(to, moved);
        }
    }

    @Override
    public synchronized void unlink(String path) throws IOException {
        String name = unforced.remove(path);
        pages.remove(path);
        real.unlink(name == null ? path : name);
    }

    @Override
    public synchronized void forceDirectory(String directory) throws IOException {
        for (String path : List.copyOf(unforced.keySet())) {
            if (Storage.parent(path).equals(directory)) {
                real.rename(unforced.remove(path), path);
            }
        }
        real.forceDirectory(directory);
    }

    @Override
    public void close() {
        real.close();
    }

    private record Page(long position, byte[] bytes) {
        long end() {
            return position + bytes.length;
        }
    }

    /** What is written and not forced, in order of time. */
    private static final class Pages {
        private final List<Page> dirty = new ArrayList<>();

        synchronized void write(long position, byte[] bytes) {
            dirty.add(new Page(position, bytes));
        }

        synchronized long size(long real) {
            return dirty.stream().mapToLong(Page::end).reduce(real, Math::max);
        }

        synchronized void overlay(byte[] target, long position) {
            for (Page page : dirty) {
                long from = Math.max(page.position(), position);
                long to = Math.min(page.end(), position + target.length);
                if (from < to) {
                    System.arraycopy(
                            page.bytes(),
                            (int) (from - page.position()),
                            target,
                            (int) (from - position),
                            (int) (to - from));
                }
            }
        }

        synchronized void flush(StorageFile file) throws IOException {
            for (Page page : dirty) {
                file.write(ByteBuffer.wrap(page.bytes()), page.position());
            }
            dirty.clear();
        }
    }

    /** Reads see what was written; the file gets it when it is forced. */
    private record CachedFile(StorageFile file, Pages pages) implements StorageFile {

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int length = (int) Math.min(target.remaining(), Math.max(0, size() - position));
            byte[] bytes = new byte[length];
            file.read(ByteBuffer.wrap(bytes), position);
            pages.overlay(bytes, position);
            target.put(bytes);
            return length;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            pages.write(position, bytes);
        }

        @Override
        public void force(boolean length) throws IOException {
            pages.flush(file);
        }

        @Override
        public long size() throws IOException {
            return pages.size(file.size());
        }

        @Override
        public void truncate(long size) throws IOException {
            pages.flush(file);
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
