package io.armature.reporting.storage;

import io.armature.itest.fault.Mutant;
import io.armature.itest.fault.MutantDisk;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes the place of the spool's storage class in a mutant's bundle: a modelled disk, so that
 * killing the appliance loses what was not forced. The bundle's entry {@code mutant} names the
 * defect.
 */
public final class FileStorage implements Storage {

    private static final String CHOICE = "/mutant";

    private final Storage disk;

    private FileStorage(Storage disk) {
        this.disk = disk;
    }

    /** Opens what the last kill left. */
    public static FileStorage open(Path root) throws IOException {
        try (InputStream choice = FileStorage.class.getResourceAsStream(CHOICE)) {
            if (choice == null) {
                throw new FileNotFoundException("no " + CHOICE + " in this bundle");
            }
            String name = new String(choice.readAllBytes(), StandardCharsets.US_ASCII);
            return new FileStorage(MutantDisk.open(root, Mutant.valueOf(name)));
        }
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        disk.makeDirectory(directory);
    }

    @Override
    public StorageFile create(String path) throws IOException {
        return disk.create(path);
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        return disk.open(path, access);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void unlink(String path) throws IOException {
        disk.unlink(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public void close() {
        disk.close();
    }
}
