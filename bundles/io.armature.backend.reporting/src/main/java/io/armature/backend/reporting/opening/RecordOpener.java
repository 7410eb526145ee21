package io.armature.backend.reporting.opening;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.armature.backend.api.storage.Content;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EncryptionInfo;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.WrappedRecord;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.xerial.snappy.Snappy;

/** Decrypts, decompresses and checks records. One instance a thread. */
public final class RecordOpener {

    /** A record never grows beyond this, whatever its compressed form claims. */
    public static final int OPENED_LIMIT_BYTES = 16 << 20;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int DIGEST_BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final BackendKeys keys;
    private final Mac mac;
    private final MessageDigest sha256;

    public RecordOpener(BackendKeys keys) {
        this.keys = keys;
        try {
            this.mac = Mac.getInstance(HMAC);
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("not a Java 17 platform", e);
        }
    }

    /** Why a record cannot be opened. */
    private static final class Unopenable extends Exception {
        private static final long serialVersionUID = 1L;

        Unopenable(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Opens one record; what cannot be opened comes back with the reason. */
    public Content open(EncryptedRecord sealed) {
        if (!sealed.hasEncryptedWrappedRecord()) {
            return new Content.Gap();
        }
        try {
            byte[] blob = sealed.getEncryptedWrappedRecord().toByteArray();
            byte[] plain =
                    sealed.hasEncryptionInfo() ? decrypt(blob, sealed.getEncryptionInfo()) : blob;
            boolean compressed =
                    sealed.getCompressionInformation().getCompressionAlgorithm()
                            == CompressionAlgorithm.COMPRESSION_SNAPPY;
            return unwrap(compressed ? decompress(plain) : plain);
        } catch (Unopenable e) {
            return new Content.Refused(e.getMessage(), sealed.toByteString());
        }
    }

    private byte[] decrypt(byte[] blob, EncryptionInfo info) throws Unopenable {
        require(keys.has(info.getPublicKeyId()), "sealed for another key");
        require(info.getEncryptionKey().size() == KEY_BYTES, "ephemeral key has a wrong size");
        require(blob.length >= NONCE_BYTES + TAG_BYTES, "too short to be sealed");
        byte[] shared = new byte[KEY_BYTES];
        require(
                keys.agree(info.getPublicKeyId(), info.getEncryptionKey().toByteArray(), shared),
                "ephemeral key is of low order");
        try {
            // A new one each time: the JDK's cipher refuses the key and nonce that it had last,
            // which
            // is what a record that comes twice brings.
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(derive(shared), "ChaCha20"),
                    new IvParameterSpec(blob, 0, NONCE_BYTES));
            return cipher.doFinal(blob, NONCE_BYTES, blob.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new Unopenable("does not decrypt");
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }

    private byte[] derive(byte[] shared) throws GeneralSecurityException {
        mac.init(new SecretKeySpec(new byte[KEY_BYTES], HMAC));
        mac.init(new SecretKeySpec(mac.doFinal(shared), HMAC));
        mac.update((byte) 1);
        return mac.doFinal();
    }

    private static byte[] decompress(byte[] block) throws Unopenable {
        try {
            int length = Snappy.uncompressedLength(block);
            require(length >= 0 && length <= OPENED_LIMIT_BYTES, "too large when decompressed");
            byte[] plain = new byte[length];
            require(Snappy.uncompress(block, 0, block.length, plain, 0) == length, "bad Snappy");
            return plain;
        } catch (IOException e) {
            throw new Unopenable("does not decompress");
        }
    }

    /** Digests the very bytes that were sent, not what parsing makes of them. */
    private Content unwrap(byte[] wrapped) throws Unopenable {
        ByteString record = null;
        ByteString digest = ByteString.EMPTY;
        ByteString previous = ByteString.EMPTY;
        try {
            CodedInputStream in = CodedInputStream.newInstance(wrapped);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                boolean bytes =
                        WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                int field = bytes ? WireFormat.getTagFieldNumber(tag) : 0;
                switch (field) {
                    case WrappedRecord.RECORD_FIELD_NUMBER -> record = in.readBytes();
                    case WrappedRecord.RECORD_DIGEST_FIELD_NUMBER -> digest = in.readBytes();
                    case WrappedRecord.LAST_RECORD_DIGEST_FIELD_NUMBER -> previous = in.readBytes();
                    default -> in.skipField(tag);
                }
            }
            require(record != null, "holds no record");
            require(
                    Arrays.equals(sha256.digest(record.toByteArray()), digest.toByteArray()),
                    "digest does not fit");
            require(
                    previous.isEmpty() || previous.size() == DIGEST_BYTES,
                    "previous digest has a wrong size");
            return new Content.Opened(Record.parseFrom(record), digest, previous);
        } catch (IOException e) {
            throw new Unopenable("is no record");
        }
    }

    private static void require(boolean condition, String reason) throws Unopenable {
        if (!condition) {
            throw new Unopenable(reason);
        }
    }
}
