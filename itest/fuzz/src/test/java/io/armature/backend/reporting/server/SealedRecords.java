package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.api.storage.Content;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.reporting.proto.CompressionInformation;
import io.armature.reporting.proto.CompressionInformation.CompressionAlgorithm;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EncryptionInfo;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.WrappedRecord;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.xerial.snappy.Snappy;

/**
 * Records as a device makes them, right and wrong: no fuzzer finds a digest or a seal, so flags say
 * how bytes are wrapped, compressed and sealed.
 */
final class SealedRecords {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;

    private final BackendKeys keys;
    private final RecordOpener opener;
    private final ByteString open;
    private final SecretKeySpec key;

    SealedRecords(BackendKeys keys) throws GeneralSecurityException {
        this.keys = keys;
        this.opener = new RecordOpener(keys);
        byte[] secret = new byte[KEY_BYTES];
        secret[0] = 5;
        byte[] mine = new byte[KEY_BYTES];
        X25519.generatePublicKey(secret, 0, mine, 0);
        this.open = ByteString.copyFrom(mine);
        byte[] shared = new byte[KEY_BYTES];
        SignedEncryptionInfo theirs = keys.signedKey();
        X25519.calculateAgreement(
                secret, 0, theirs.getPublicAsymmetricKey().toByteArray(), 0, shared, 0);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[KEY_BYTES], "HmacSHA256"));
        mac.init(new SecretKeySpec(mac.doFinal(shared), "HmacSHA256"));
        mac.update((byte) 1);
        this.key = new SecretKeySpec(mac.doFinal(), "ChaCha20");
    }

    /** Opens one record; fails if what should open does not, or the other way round. */
    void check(byte[] bytes, int flags) throws IOException, GeneralSecurityException {
        byte[] plain = (flags & 1) == 0 ? bytes : wrapped(bytes, flags);
        boolean compressed = (flags & 16) != 0;
        boolean claimed = !compressed && (flags & 32) != 0;
        byte[] blob = compressed ? Snappy.compress(plain) : plain;
        EncryptedRecord.Builder record =
                EncryptedRecord.newBuilder().setEncryptedWrappedRecord(ByteString.copyFrom(blob));
        if (compressed || claimed) {
            record.setCompressionInformation(
                    CompressionInformation.newBuilder()
                            .setCompressionAlgorithm(CompressionAlgorithm.COMPRESSION_SNAPPY));
        }
        boolean damaged = false;
        if ((flags & 64) != 0) {
            seal(record, blob);
            damaged = (flags & 128) != 0;
            if (damaged) {
                damage(record, bytes.length % 5);
            }
        }
        EncryptedRecord sealed = record.build();
        Content content = opener.open(sealed);
        require(!(content instanceof Content.Gap), "a gap with content");
        require(!damaged || content instanceof Content.Refused, "opened in spite of the damage");
        if (content instanceof Content.Refused refused) {
            require(refused.sealed().equals(sealed.toByteString()), "not whole");
            require(refused.reason().matches("[ -~]+"), "no reason");
        }
        if (content instanceof Content.Opened opened) {
            require(opened.digest().size() == KEY_BYTES, "digest");
            int previous = opened.previous().size();
            require(previous == 0 || previous == KEY_BYTES, "previous digest");
        }
        Optional<Boolean> good = damaged || claimed ? Optional.empty() : good(plain);
        require(
                good.isEmpty() || good.get() == content instanceof Content.Opened,
                "should be good: " + good);
    }

    /** By a second reader, for messages as they are written; others may be either. */
    private static Optional<Boolean> good(byte[] plain) throws GeneralSecurityException {
        try {
            WrappedRecord wrapped = WrappedRecord.parseFrom(plain);
            if (!wrapped.toByteString().equals(ByteString.copyFrom(plain))) {
                return Optional.empty();
            }
            int previous = wrapped.getLastRecordDigest().size();
            return Optional.of(
                    wrapped.hasRecord()
                            && sha256(wrapped.getRecord().toByteArray())
                                    .equals(wrapped.getRecordDigest())
                            && (previous == 0 || previous == KEY_BYTES));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static byte[] wrapped(byte[] record, int flags) throws GeneralSecurityException {
        WrappedRecord.Builder rest = WrappedRecord.newBuilder();
        ByteString digest = sha256(record);
        rest.setRecordDigest((flags & 2) == 0 ? digest : digest.substring(1));
        int previous = (flags >> 2 & 3) * KEY_BYTES / 2;
        if (previous > 0) {
            rest.setLastRecordDigest(ByteString.copyFrom(new byte[previous]));
        }
        // The field's bytes as they are, whatever a parser would make of them.
        ByteString.Output out = ByteString.newOutput();
        out.write(10);
        int length = record.length;
        while (length > 127) {
            out.write(length & 127 | 128);
            length >>>= 7;
        }
        out.write(length);
        return out.toByteString()
                .concat(ByteString.copyFrom(record))
                .concat(rest.build().toByteString())
                .toByteArray();
    }

    private void seal(EncryptedRecord.Builder record, byte[] blob) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[NONCE_BYTES]));
        record.setEncryptedWrappedRecord(
                        ByteString.copyFrom(new byte[NONCE_BYTES])
                                .concat(ByteString.copyFrom(cipher.doFinal(blob))))
                .setEncryptionInfo(
                        EncryptionInfo.newBuilder()
                                .setEncryptionKey(open)
                                .setPublicKeyId(keys.id()));
    }

    private void damage(EncryptedRecord.Builder record, int kind) {
        EncryptionInfo.Builder info = record.getEncryptionInfo().toBuilder();
        byte[] blob = record.getEncryptedWrappedRecord().toByteArray();
        switch (kind) {
            case 0 -> info.setPublicKeyId(keys.id() + 1L);
            case 1 -> info.setEncryptionKey(open.substring(1));
            case 2 -> blob = new byte[NONCE_BYTES + 15];
            case 3 -> info.setEncryptionKey(ByteString.copyFrom(new byte[KEY_BYTES]));
            default -> blob[blob.length - 1] ^= 1;
        }
        record.setEncryptionInfo(info).setEncryptedWrappedRecord(ByteString.copyFrom(blob));
    }

    private static ByteString sha256(byte[] bytes) throws GeneralSecurityException {
        return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    static void require(boolean fact, String text) {
        if (!fact) {
            throw new AssertionError(text);
        }
    }
}
