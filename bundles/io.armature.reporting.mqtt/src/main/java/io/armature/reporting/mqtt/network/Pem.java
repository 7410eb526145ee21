package io.armature.reporting.mqtt.network;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads certificates and keys as text files have them. */
final class Pem {

    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final int PROBE_BYTES = 32;

    private Pem() {}

    /** All certificates of a file, at least one. */
    static List<X509Certificate> certificates(String setting, Path file, byte[] text)
            throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Certificate one : factory.generateCertificates(new ByteArrayInputStream(text))) {
                certificates.add((X509Certificate) one);
            }
        } catch (CertificateException e) {
            throw new TlsException(
                    setting + " " + file + " is no file of certificates (PEM): " + e.getMessage(),
                    e);
        }
        if (certificates.isEmpty()) {
            throw new TlsException(setting + " " + file + " holds no certificate (PEM)");
        }
        return certificates;
    }

    /** The key of a certificate. */
    static PrivateKey key(Path file, byte[] text, PublicKey certified) throws TlsException {
        String all = new String(text, StandardCharsets.US_ASCII);
        int begin = all.indexOf(KEY_BEGIN);
        int end = all.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new TlsException(
                    "private_key_file "
                            + file
                            + " holds no unencrypted PKCS #8 key; make one with: openssl pkcs8"
                            + " -topk8 -nocrypt -in OLD -out NEW");
        }
        try {
            byte[] bytes =
                    Base64.getMimeDecoder().decode(all.substring(begin + KEY_BEGIN.length(), end));
            PrivateKey key =
                    KeyFactory.getInstance(certified.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(bytes));
            requireMatch(key, certified);
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException(
                    "private_key_file "
                            + file
                            + " is not the key of the certificate: "
                            + e.getMessage(),
                    e);
        }
    }

    /** What one signs the other must find good. */
    private static void requireMatch(PrivateKey key, PublicKey certified)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(signatureOf(certified.getAlgorithm()));
        byte[] probe = new byte[PROBE_BYTES];
        new SecureRandom().nextBytes(probe);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("what it signs does not fit");
        }
    }

    private static String signatureOf(String algorithm) {
        return switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> algorithm;
        };
    }
}
