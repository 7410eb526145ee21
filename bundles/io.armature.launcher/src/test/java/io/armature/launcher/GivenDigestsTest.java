package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GivenDigestsTest {

    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    private static GivenDigests read(String text) {
        return GivenDigests.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "opt/A/");
    }

    @Test
    void confirmsOnlyTheDigestThatWasTaken() {
        GivenDigests given = read(A + "  opt/A/lib/a.jar\n" + B + " *opt/A/bundles/b.jar\n");
        assertThat(given.confirm("lib/a.jar", A)).isTrue();
        assertThat(given.confirm("bundles/b.jar", B)).isTrue();
        assertThat(given.confirm("lib/a.jar", B)).isFalse();
        assertThat(given.confirm("lib/c.jar", A)).isFalse();
    }

    @Test
    void linesOfOtherPlacesOrCutOffConfirmNothing() {
        GivenDigests given =
                read(
                        A
                                + "  opt/B/lib/a.jar\n\nsha256sum: none\n"
                                + A
                                + "  opt/A/\n"
                                + A
                                + "  opt/A/lib/b.jar");
        assertThat(given.confirm("lib/a.jar", A)).isFalse();
        assertThat(given.confirm("lib/b.jar", A)).isFalse();
    }

    @Test
    void streamThatFailsConfirmsNothing() {
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("gone");
                    }
                };
        assertThat(GivenDigests.read(broken, "opt/A/").confirm("lib/a.jar", A)).isFalse();
    }
}
