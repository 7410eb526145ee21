package io.armature.reporting.seal;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Checks who signed a key: Ed25519 over the little-endian key id and the key. */
final class KeySignature {

    private static final int MESSAGE_BYTES = Integer.BYTES + ServerKey.SIZE_BYTES;

    private final byte[] verificationKey;

    /**
     * @param verificationKey public key of the signer; any wrong size fails every check
     */
    KeySignature(byte[] verificationKey) {
        this.verificationKey = verificationKey.clone();
    }

    /**
     * The key, if it is signed.
     *
     * @throws ReportingException FAILED_PRECONDITION for wrong sizes, INVALID_ARGUMENT for a
     *     signature that does not fit
     */
    ServerKey verify(SignedEncryptionInfo signed) throws ReportingException {
        ByteString key = signed.getPublicAsymmetricKey();
        ByteString signature = signed.getSignature();
        require(key.size() == ServerKey.SIZE_BYTES, "Key size mismatch");
        require(signature.size() == Ed25519.SIGNATURE_SIZE, "Wrong signature size");
        require(verificationKey.length == Ed25519.PUBLIC_KEY_SIZE, "Wrong public key size");
        byte[] message =
                ByteBuffer.allocate(MESSAGE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(signed.getPublicKeyId())
                        .put(key.asReadOnlyByteBuffer())
                        .array();
        if (!Ed25519.verify(
                signature.toByteArray(), 0, verificationKey, 0, message, 0, MESSAGE_BYTES)) {
            throw new ReportingException(StatusCode.INVALID_ARGUMENT, "Verification failed");
        }
        return new ServerKey(key.toByteArray(), signed.getPublicKeyId());
    }

    private static void require(boolean condition, String message) throws ReportingException {
        if (!condition) {
            throw new ReportingException(StatusCode.FAILED_PRECONDITION, message);
        }
    }
}
