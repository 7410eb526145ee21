package io.armature.reporting.mqtt.network;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What TLS needs, made of the files as they are: read again when they have changed, else the same
 * one, so that the broker can resume its sessions. Any thread may call this.
 */
final class TlsSource {

    private static final long MAX_FILE_BYTES = 4 << 20;

    /**
     * Ready for connections.
     *
     * @param expires when the device's own certificate does
     */
    record Tls(SSLContext context, Optional<Instant> expires) {}

    /** The bytes of the files, and whether the clock was right when they were judged. */
    private record Contents(byte[] authorities, byte[] certificate, byte[] key, boolean timely) {

        boolean sameAs(Contents other) {
            return Arrays.equals(digest(), other.digest());
        }

        private byte[] digest() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (byte[] one : List.of(authorities, certificate, key)) {
                    digest.update(
                            (one.length + "/")
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    digest.update(one);
                }
                digest.update((byte) (timely ? 1 : 0));
                return digest.digest();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JVM has SHA-256", e);
            }
        }
    }

    private final NetworkSettings.TlsSettings settings;
    private final DeviceClock clock;
    private Contents contents;
    private Tls tls;

    TlsSource(NetworkSettings.TlsSettings settings, DeviceClock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** What connections are made with now. */
    synchronized Tls current() throws TlsException {
        Contents now = read();
        if (tls == null || !now.sameAs(contents)) {
            tls = make(now);
            contents = now;
        }
        return tls;
    }

    /**
     * Whether a new connection would be made of other files than the last one.
     *
     * @throws TlsException if the files are others and cannot be used
     */
    synchronized boolean changed() throws TlsException {
        Contents now = read();
        if (contents == null || now.sameAs(contents)) {
            return false;
        }
        make(now);
        return true;
    }

    /** When the certificate that is in use expires. */
    synchronized Optional<Instant> expires() {
        return tls == null ? Optional.empty() : tls.expires();
    }

    private Contents read() throws TlsException {
        return new Contents(
                read("ca_file", settings.authorities()),
                read("certificate_file", settings.certificate()),
                read("private_key_file", settings.key()),
                !clock.wall().isBefore(clock.minimumDate()));
    }

    private static byte[] read(String setting, Optional<Path> file) throws TlsException {
        if (file.isEmpty()) {
            return new byte[0];
        }
        try {
            if (Files.size(file.get()) > MAX_FILE_BYTES) {
                throw new IOException("longer than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllBytes(file.get());
        } catch (NoSuchFileException e) {
            throw new TlsException(setting + " " + file.get() + " does not exist", e);
        } catch (IOException e) {
            throw new TlsException(
                    setting + " " + file.get() + " cannot be read: " + FailureText.of(e), e);
        }
    }

    private Tls make(Contents read) throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = null;
            Optional<Instant> expires = Optional.empty();
            if (settings.certificate().isPresent()) {
                Path file = settings.certificate().get();
                List<X509Certificate> chain =
                        Pem.certificates("certificate_file", file, read.certificate());
                X509Certificate own = chain.get(0);
                PrivateKey key =
                        Pem.key(settings.key().orElseThrow(), read.key(), own.getPublicKey());
                keys = new KeyManager[] {new OwnKey(key, chain)};
                expires = Optional.of(own.getNotAfter().toInstant());
            }
            context.init(keys, trust(read), null);
            return new Tls(context, expires);
        } catch (GeneralSecurityException e) {
            throw new TlsException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** A clock that was never set shows no date to judge by: that of the build is nearer. */
    private TrustManager[] trust(Contents read) throws GeneralSecurityException, TlsException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (settings.authorities().isEmpty() && read.timely()) {
            factory.init((KeyStore) null);
            return factory.getTrustManagers();
        }
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(anchors(read), new X509CertSelector());
        parameters.setRevocationEnabled(false);
        if (!read.timely()) {
            parameters.setDate(Date.from(clock.minimumDate()));
        }
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory.getTrustManagers();
    }

    private Set<TrustAnchor> anchors(Contents read) throws GeneralSecurityException, TlsException {
        List<X509Certificate> certificates;
        if (settings.authorities().isPresent()) {
            certificates =
                    Pem.certificates("ca_file", settings.authorities().get(), read.authorities());
        } else {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init((KeyStore) null);
            certificates =
                    List.of(
                            ((X509TrustManager) factory.getTrustManagers()[0])
                                    .getAcceptedIssuers());
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate certificate : certificates) {
            anchors.add(new TrustAnchor(certificate, null));
        }
        return anchors;
    }
}
