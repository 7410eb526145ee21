package io.armature.console.http;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask the console what. A page of another site must not reach it through a name that
 * resolves here (Host), nor by a request in the user's name (Origin); whoever changes something
 * must present the token.
 */
public final class RequestRules {

    private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final String BEARER = "Bearer ";

    private final Set<String> hosts = new HashSet<>(LOCAL);
    private final byte[] token;

    /**
     * @param names further names under which the console is reached, for example of a proxy
     */
    public RequestRules(List<String> names, String token) {
        names.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
        this.token = token.getBytes(StandardCharsets.US_ASCII);
    }

    /** Why the request is refused, if it is: a status and a sentence. */
    public record Refusal(int status, String reason) {}

    /** Checks what every request must fulfil. */
    public Optional<Refusal> check(Headers headers) {
        List<String> host = headers.getOrDefault("Host", List.of());
        if (host.size() != 1 || !hosts.contains(name(host.get(0)))) {
            return Optional.of(new Refusal(421, "this host name is not served here"));
        }
        List<String> origins = headers.getOrDefault("Origin", List.of());
        for (String origin : origins) {
            if (!sameOrigin(origin, host.get(0))) {
                return Optional.of(new Refusal(403, "requests of other sites are refused"));
            }
        }
        return Optional.empty();
    }

    /** Checks the token of a request that changes something. */
    public Optional<Refusal> checkToken(Headers headers) {
        List<String> given = headers.getOrDefault("Authorization", List.of());
        boolean right =
                given.size() == 1
                        && given.get(0).startsWith(BEARER)
                        && MessageDigest.isEqual(
                                given.get(0)
                                        .substring(BEARER.length())
                                        .trim()
                                        .getBytes(StandardCharsets.UTF_8),
                                token);
        return right
                ? Optional.empty()
                : Optional.of(
                        new Refusal(401, "this needs the token of run/armature/console.token"));
    }

    private static String name(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        boolean port = colon > lower.lastIndexOf(']') && colon >= 0;
        return port ? lower.substring(0, colon) : lower;
    }

    private static boolean sameOrigin(String origin, String host) {
        try {
            URI uri = new URI(origin);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web && host.equalsIgnoreCase(uri.getAuthority());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
