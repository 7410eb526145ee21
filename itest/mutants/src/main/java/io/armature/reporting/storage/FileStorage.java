package io.armature.reporting.storage;

import io.armature.itest.fault.Mutant;
import io.armature.itest.fault.MutantDisk;
import io.armature.reporting.storage.model.ForwardingStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Takes the place of the spool's storage class in a mutant's bundle: a modelled disk, so that
 * killing the appliance loses what was not forced. The bundle's entry {@code mutant} names the
 * defect.
 */
public final class FileStorage extends ForwardingStorage {

    private static final String CHOICE = "/mutant";

    private FileStorage(Storage disk) {
        super(disk);
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

    /**
     * As {@link #open}: a modelled disk has no lock.
     *
     * @throws NotDirectoryException if there is no such directory
     */
    public static FileStorage unlocked(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root + " is no directory");
        }
        return open(root);
    }
}
