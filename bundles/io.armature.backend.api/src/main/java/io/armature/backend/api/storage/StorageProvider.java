package io.armature.backend.api.storage;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of storage that the reporting server's setting {@code storage} can name. A service, there
 * as long as a storage that it opened may be used.
 */
@ConsumerType
public interface StorageProvider {

    /** What the setting says, for example {@code postgresql}. */
    String name();

    /**
     * Opens the storage. May block for as long as that takes. One behind a network opens while that
     * is away, too: then {@link RecordStorage#faults} says so and {@link RecordStorage#store} fails
     * until it is back.
     *
     * @throws IOException if it cannot be used until somebody has acted; the reason is shown
     */
    RecordStorage open(Terms terms) throws IOException;

    /**
     * What the server asks of a storage.
     *
     * @param printer for {@link RecordStorage#read}
     * @param holeResends times that the first id above missing ones must come again before those of
     *     them that the device does not keep any more ({@link Arrival#firstKept}) are given up
     * @param holeAge how long they must have been missing
     */
    record Terms(RecordPrinter printer, int holeResends, Duration holeAge) {}
}
