package io.armature.reporting.seal;

import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import java.io.IOException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xerial.snappy.Snappy;

/** Raw Snappy blocks, where they pay. */
final class Compression {

    private static final Logger log = LoggerFactory.getLogger(Compression.class);

    /** Shorter blobs stay as they are. */
    static final int THRESHOLD_BYTES = 512;

    /**
     * @param bytes what is to be sealed: the very array that was given if it stays as it is
     */
    record Outcome(byte[] bytes, CompressionAlgorithm algorithm) {}

    private volatile boolean broken;

    /** Compresses a blob of the threshold's size or more, if that makes it smaller. */
    Outcome compress(byte[] blob) {
        if (blob.length < THRESHOLD_BYTES || broken) {
            return unchanged(blob);
        }
        byte[] compressed = new byte[Snappy.maxCompressedLength(blob.length)];
        int length = 0;
        try {
            length = Snappy.compress(blob, 0, blob.length, compressed, 0);
        } catch (IOException | LinkageError e) {
            // A record is worth more than its compression: without the native library it goes as
            // it is.
            broken = true;
            log.warn("compression is off until the next start: {}", e.toString());
            return unchanged(blob);
        }
        if (length >= blob.length) {
            return unchanged(blob);
        }
        return new Outcome(
                Arrays.copyOf(compressed, length), CompressionAlgorithm.COMPRESSION_SNAPPY);
    }

    private static Outcome unchanged(byte[] blob) {
        return new Outcome(blob, CompressionAlgorithm.COMPRESSION_NONE);
    }
}
