package io.armature.backend.reporting.fake;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.CompressionInformation;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EncryptionInfo;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import io.armature.reporting.proto.WrappedRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.xerial.snappy.Snappy;

/** One queue of a device: seals records in a chain. */
public final class FakeDevice {

    public static final Priority PRIORITY = Priority.FAST_BATCH;

    public final String id;
    public final String guid = UUID.randomUUID().toString();
    public final long generationId = 4711;

    private SignedEncryptionInfo key;
    private final SecureRandom random = new SecureRandom();
    private final List<ByteString> digests = new ArrayList<>();

    public FakeDevice(String id, SignedEncryptionInfo key) {
        this.id = id;
        this.key = key;
    }

    /** Seals for this key from now on. */
    public void useKey(SignedEncryptionInfo other) {
        key = other;
    }

    public String topic() {
        return "armature/v1/" + id + "/up";
    }

    /** The next record of the chain. */
    public EncryptedRecord next(String data) {
        return next(data.getBytes(StandardCharsets.UTF_8));
    }

    public EncryptedRecord next(byte[] data) {
        return next(data, digests.isEmpty() ? ByteString.EMPTY : digests.get(digests.size() - 1));
    }

    /** The next record, naming any predecessor. */
    public EncryptedRecord next(byte[] data, ByteString previous) {
        long sequencingId = digests.size();
        Record record =
                Record.newBuilder()
                        .setData(ByteString.copyFrom(data))
                        .setDestination(Destination.HEARTBEAT_EVENTS)
                        .setTimestampUs(1_700_000_000_000_000L + sequencingId)
                        .build();
        ByteString digest = sha256(record.toByteArray());
        digests.add(digest);
        WrappedRecord.Builder wrapped =
                WrappedRecord.newBuilder().setRecord(record).setRecordDigest(digest);
        if (!previous.isEmpty()) {
            wrapped.setLastRecordDigest(previous);
        }
        return sealed(sequencingId, wrapped.build().toByteArray());
    }

    /** Seals any bytes as a record. */
    public EncryptedRecord sealed(long sequencingId, byte[] wrapped) {
        try {
            byte[] blob = wrapped;
            CompressionAlgorithm algorithm = CompressionAlgorithm.COMPRESSION_NONE;
            if (wrapped.length >= 512) {
                blob = Snappy.compress(wrapped);
                algorithm = CompressionAlgorithm.COMPRESSION_SNAPPY;
            }
            return sealed(sequencingId, blob, algorithm);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public EncryptedRecord sealed(long sequencingId, byte[] blob, CompressionAlgorithm algorithm) {
        byte[] ephemeral = new byte[32];
        random.nextBytes(ephemeral);
        byte[] publicKey = new byte[32];
        X25519.generatePublicKey(ephemeral, 0, publicKey, 0);
        byte[] shared = new byte[32];
        X25519.calculateAgreement(
                ephemeral, 0, key.getPublicAsymmetricKey().toByteArray(), 0, shared, 0);
        return EncryptedRecord.newBuilder()
                .setEncryptedWrappedRecord(encrypt(shared, blob))
                .setEncryptionInfo(
                        EncryptionInfo.newBuilder()
                                .setEncryptionKey(ByteString.copyFrom(publicKey))
                                .setPublicKeyId(key.getPublicKeyId()))
                .setCompressionInformation(
                        CompressionInformation.newBuilder().setCompressionAlgorithm(algorithm))
                .setSequenceInformation(sequence(sequencingId))
                .build();
    }

    /** A record that the device has lost; it takes the next id. */
    public EncryptedRecord gap() {
        digests.add(ByteString.EMPTY);
        return EncryptedRecord.newBuilder()
                .setSequenceInformation(sequence(digests.size() - 1L))
                .build();
    }

    public SequenceInformation.Builder sequence(long sequencingId) {
        return SequenceInformation.newBuilder()
                .setPriority(PRIORITY)
                .setGenerationGuid(guid)
                .setGenerationId(generationId)
                .setSequencingId(sequencingId);
    }

    public static byte[] batch(EncryptedRecord... records) {
        return batch(List.of(records));
    }

    public static byte[] batch(List<EncryptedRecord> records) {
        return envelope(records).build().toByteArray();
    }

    /** Of a device that keeps no id below the given one. */
    public static byte[] batchKeptFrom(long id, EncryptedRecord... records) {
        return envelope(List.of(records)).setFirstKeptId(id).build().toByteArray();
    }

    private static UploadEnvelope.Builder envelope(List<EncryptedRecord> records) {
        return UploadEnvelope.newBuilder()
                .setBatchId(ByteString.copyFromUtf8("0123456789abcdef"))
                .setRequest(
                        UploadEncryptedRecordRequest.newBuilder().addAllEncryptedRecord(records));
    }

    public static ByteString sha256(byte[] bytes) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteString encrypt(byte[] shared, byte[] blob) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
            mac.init(new SecretKeySpec(mac.doFinal(shared), "HmacSHA256"));
            mac.update((byte) 1);
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(mac.doFinal(), "ChaCha20"),
                    new IvParameterSpec(new byte[12]));
            return ByteString.copyFrom(new byte[12])
                    .concat(ByteString.copyFrom(cipher.doFinal(blob)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
