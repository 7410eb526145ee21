package io.armature.reporting.mqtt.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Issues certificates with openssl; without it a test is skipped with a message. */
public final class Authority {

    /** Files (PEM) of one certificate. */
    public record Issued(Path certificate, Path key) {

        /** Puts these in the place of others, as a renewal does. */
        public void replace(Issued old) throws IOException {
            Files.copy(key, old.key, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(certificate, old.certificate, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private final Path folder;
    private final String name;

    public Authority(Path folder, String name) throws Exception {
        this.folder = folder;
        this.name = name;
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30",
                "-subj",
                "/CN=" + name,
                "-keyout",
                file(name + ".key").toString(),
                "-out",
                certificate().toString());
    }

    public Path certificate() {
        return file(name + ".pem");
    }

    private Path file(String file) {
        return folder.resolve(file);
    }

    /**
     * @param alternatives who it is for, as {@code IP:127.0.0.1,DNS:localhost}
     * @param days of validity; negative: expired before
     */
    public Issued issue(String subject, String alternatives, int days) throws Exception {
        Issued issued =
                new Issued(
                        file(name + "-" + subject + ".pem"), file(name + "-" + subject + ".key"));
        Path request = file("request");
        Path extensions = file("extensions");
        openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes",
                "-subj",
                "/CN=" + subject,
                "-keyout",
                issued.key().toString(),
                "-out",
                request.toString());
        Files.writeString(extensions, "subjectAltName=" + alternatives + "\n");
        openssl(
                "x509 -req -CAcreateserial -days " + days,
                "-in",
                request.toString(),
                "-CA",
                certificate().toString(),
                "-CAkey",
                file(name + ".key").toString(),
                "-extfile",
                extensions.toString(),
                "-out",
                issued.certificate().toString());
        return issued;
    }

    /** What a client that trusts this authority alone connects with. */
    public SSLContext context() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(Files.readAllBytes(certificate()))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void openssl(String words, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            System.out.println("SKIPPED: openssl is not installed");
            assumeTrue(false, "openssl is not installed");
            throw e;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }
}
