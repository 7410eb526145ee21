package io.armature.composer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticeTest {

    @TempDir Path folder;

    private final Notice notice = new Notice();

    private Path jar(String name, String licence, String text) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (licence != null) {
            manifest.getMainAttributes().putValue("Bundle-License", licence);
        }
        Path file = folder.resolve(name + ".jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            if (text != null) {
                jar.putNextEntry(new ZipEntry("META-INF/NOTICE"));
                jar.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    @Test
    void licenceOfTheProjectGoesBeforeThatOfTheManifest() throws Exception {
        notice.add(new Coordinates("g", "a", "1"), List.of("MIT"), jar("a", "Apache-2.0", null));
        notice.add(new Coordinates("g", "b", "1"), List.of(), jar("b", "Apache-2.0", null));

        assertThat(notice.text()).contains("g:a:1: MIT\n", "g:b:1: Apache-2.0\n");
    }

    @Test
    void artifactWithoutALicenceIsRefused() throws Exception {
        Path jar = jar("a", null, null);

        assertThatThrownBy(() -> notice.add(new Coordinates("g", "a", "1"), List.of(), jar))
                .hasMessage("g:a:1 names no licence, so it cannot be shipped.");
    }

    @Test
    void sameNoticeOfTwoArtifactsStandsOnce() throws Exception {
        notice.add(new Coordinates("g", "a", "1"), List.of("MIT"), jar("a", null, "By us \r\n"));
        notice.add(new Coordinates("g", "b", "1"), List.of("MIT"), jar("b", null, "By us"));

        assertThat(notice.text()).endsWith("---- a, b ----\n\nBy us\n");
    }
}
