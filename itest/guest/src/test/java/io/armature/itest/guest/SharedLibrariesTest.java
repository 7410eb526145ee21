package io.armature.itest.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SharedLibrariesTest {

    @Test
    void programHasTheLinkerAndTheLibrariesThatItNames() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");

        assertThat(SharedLibraries.of(java))
                .anyMatch(library -> library.endsWith("libc.so.6"))
                .anyMatch(library -> library.getFileName().toString().startsWith("ld-linux"))
                .allMatch(Path::isAbsolute);
    }

    @Test
    void scriptHasNone() throws Exception {
        assertThat(SharedLibraries.of(Path.of("/etc/passwd"))).isEmpty();
    }
}
