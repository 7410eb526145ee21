package io.armature.reporting.queue;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How far a queue is confirmed, kept beside its segments so that a restart need not offer
 * everything again. Not forced: losing it costs only repeated offers.
 */
public final class ConfirmedFile {

    /** Its name in the queue's directory. */
    public static final String NAME = "confirmed";

    /** {@code ArCf} on disk. */
    private static final int MAGIC = 0x66437241;

    private static final int BYTES = 32;
    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;

    private final Storage storage;
    private final String path;
    private final long generationId;

    public ConfirmedFile(Storage storage, QueueName name, long generationId) {
        this.storage = storage;
        this.path = name.directory() + "/" + NAME;
        this.generationId = generationId;
    }

    /** Both are ids of the first record that is not. */
    public record Position(long unconfirmed, long available) {}

    /** Empty if there is none for this generation. */
    public Optional<Position> read() throws IOException {
        if (!storage.exists(path)) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (StorageFile file = storage.open(path, Access.READ)) {
            file.read(buffer, 0);
        }
        boolean good =
                !buffer.hasRemaining()
                        && buffer.getInt(0) == MAGIC
                        && buffer.getInt(CRC_AT) == crc(buffer.array())
                        && buffer.getLong(8) == generationId
                        && buffer.getLong(16) >= 0
                        && buffer.getLong(24) >= 0;
        return good
                ? Optional.of(new Position(buffer.getLong(16), buffer.getLong(24)))
                : Optional.empty();
    }

    void write(Position position) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0, MAGIC);
        buffer.putLong(8, generationId);
        buffer.putLong(16, position.unconfirmed());
        buffer.putLong(24, position.available());
        buffer.putInt(CRC_AT, crc(buffer.array()));
        try (StorageFile file =
                storage.exists(path) ? storage.open(path, Access.CHANGE) : storage.create(path)) {
            file.write(buffer, 0);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, BYTES - CHECKED_FROM);
        return (int) crc.getValue();
    }
}
