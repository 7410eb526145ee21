package io.armature.reporting.mqtt.network;

import io.armature.platform.api.DeviceClock;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says what a failed connection means: the JVM's messages do not name what is to be done. */
final class Explanation {

    private static final String ALERT = "Received fatal alert: ";
    private static final int MAX_CAUSES = 16;

    private final BrokerAddress broker;
    private final NetworkSettings settings;
    private final DeviceClock clock;

    Explanation(BrokerAddress broker, NetworkSettings settings, DeviceClock clock) {
        this.broker = broker;
        this.settings = settings;
        this.clock = clock;
    }

    /** The innermost cause that is known wins; without one, the innermost message. */
    String of(Throwable error) {
        Optional<String> known = Optional.empty();
        Throwable innermost = error;
        int causes = 0;
        for (Throwable one = error; one != null && causes < MAX_CAUSES; one = one.getCause()) {
            Optional<String> meaning = meaning(one);
            known = meaning.isPresent() ? meaning : known;
            innermost = one;
            causes++;
        }
        String message = innermost.getMessage();
        return known.orElse(
                message == null || message.isBlank()
                        ? innermost.getClass().getSimpleName()
                        : message);
    }

    private Optional<String> meaning(Throwable error) {
        if (error instanceof TlsException) {
            return Optional.of(error.getMessage());
        }
        if (error instanceof CertificateExpiredException) {
            return Optional.of(
                    "the certificate of " + broker.host() + " has expired, " + error.getMessage());
        }
        if (error instanceof CertificateNotYetValidException) {
            return Optional.of(
                    "the certificate of "
                            + broker.host()
                            + " is not valid yet, "
                            + error.getMessage()
                            + ", and the device's clock shows "
                            + clock.wall());
        }
        if (error instanceof CertPathBuilderException) {
            return Optional.of(
                    "unknown CA: nobody in "
                            + settings.tls()
                                    .authorities()
                                    .map(file -> "ca_file " + file)
                                    .orElse("the JVM's store of authorities")
                            + " vouches for the certificate of "
                            + broker.host());
        }
        if (error instanceof UnknownHostException) {
            return Optional.of("unknown host " + error.getMessage());
        }
        String message = error.getMessage() == null ? "" : error.getMessage();
        if (error instanceof CertificateException
                && (message.startsWith("No subject alternative")
                        || message.startsWith("No name matching"))) {
            return Optional.of(
                    "wrong host: the broker's certificate is not for "
                            + broker.host()
                            + " ("
                            + message
                            + ")");
        }
        return error instanceof SSLException ? handshake(message) : Optional.empty();
    }

    private Optional<String> handshake(String message) {
        if (message.contains("protocol_version") || message.contains("is not accepted by client")) {
            return Optional.of(
                    "no version of TLS in common, tls_min_version is " + settings.tls().minimum());
        }
        if (message.startsWith("Unsupported or unrecognized")) {
            return Optional.of("no TLS is spoken at port " + broker.port());
        }
        if (!message.contains(ALERT)) {
            return Optional.empty();
        }
        String alert = message.substring(message.indexOf(ALERT) + ALERT.length());
        return Optional.of(
                switch (alert) {
                    case "certificate_required", "bad_certificate" ->
                            settings.tls().certificate().isEmpty()
                                    ? "the broker wants a certificate of the device: set"
                                            + " certificate_file and private_key_file"
                                    : refused(alert);
                    case "unknown_ca",
                            "certificate_expired",
                            "certificate_revoked",
                            "certificate_unknown",
                            "access_denied" ->
                            refused(alert);
                    case "handshake_failure" ->
                            "the broker ends the handshake: no cipher in common, or it wants a"
                                    + " certificate of the device";
                    default -> "the broker ends the handshake: " + alert;
                });
    }

    private static String refused(String alert) {
        return "the broker refuses the certificate of the device: " + alert;
    }
}
