package io.armature.reporting.seal;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Randomness;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** What the tests of sealing share. */
final class Fixtures {

    static final byte[] SERVER_PRIVATE = repeated(0x11, 32);

    private Fixtures() {}

    static byte[] repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    static ServerKey serverKey(int id) {
        byte[] publicKey = new byte[32];
        X25519.generatePublicKey(SERVER_PRIVATE, 0, publicKey, 0);
        return new ServerKey(publicKey, id);
    }

    /** Somebody who may sign keys. */
    static final class Signer {
        private final byte[] privateKey = new byte[32];
        final byte[] publicKey = new byte[32];

        Signer() {
            new SecureRandom().nextBytes(privateKey);
            Ed25519.generatePublicKey(privateKey, 0, publicKey, 0);
        }

        SignedEncryptionInfo sign(ServerKey key) {
            byte[] message =
                    ByteBuffer.allocate(36)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(key.id())
                            .put(key.publicKey())
                            .array();
            byte[] signature = new byte[64];
            Ed25519.sign(privateKey, 0, message, 0, message.length, signature, 0);
            return SignedEncryptionInfo.newBuilder()
                    .setPublicAsymmetricKey(ByteString.copyFrom(key.publicKey()))
                    .setPublicKeyId(key.id())
                    .setSignature(ByteString.copyFrom(signature))
                    .build();
        }
    }

    /** The spool's root in memory. */
    static final class MemoryFiles implements KeyFiles {
        final Map<String, byte[]> files = new TreeMap<>();
        final Map<String, byte[]> aside = new TreeMap<>();
        boolean failing;

        @Override
        public synchronized List<String> names() throws IOException {
            check();
            return new ArrayList<>(files.keySet());
        }

        @Override
        public synchronized byte[] read(String name, int limit) throws IOException {
            check();
            byte[] content = files.get(name);
            if (content == null || content.length > limit) {
                throw new IOException(name + " is missing or too long");
            }
            return content;
        }

        @Override
        public synchronized void replace(String name, byte[] content) throws IOException {
            check();
            files.put(name, content);
        }

        @Override
        public synchronized void delete(String name) throws IOException {
            check();
            files.remove(name);
        }

        @Override
        public synchronized void setAside(String name) throws IOException {
            check();
            aside.put(name, files.remove(name));
        }

        private void check() throws IOException {
            if (failing) {
                throw new IOException("disk on fire");
            }
        }
    }

    static Randomness randomness() {
        return new SecureRandom()::nextBytes;
    }
}
