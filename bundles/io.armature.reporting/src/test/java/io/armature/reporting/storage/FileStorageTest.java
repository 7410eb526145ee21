package io.armature.reporting.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.storage.Storage.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {

    private static final byte[] TEXT = "a record".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path root;
    private FileStorage storage;

    @BeforeEach
    void open() throws Exception {
        storage = FileStorage.open(root);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void anInterruptStopsNoStepAndClosesNoFile() throws Exception {
        Thread.currentThread().interrupt();
        storage.makeDirectory("queue");
        storage.forceDirectory("");
        try (StorageFile file = storage.create("queue/segment")) {
            for (int i = 0; i < 3; i++) {
                file.write(ByteBuffer.wrap(TEXT), (long) i * TEXT.length);
                file.force(i == 0);
            }
            storage.forceDirectory("queue");
            file.truncate(2 * TEXT.length);
            assertThat(file.size()).isEqualTo(2 * TEXT.length);
        }
        storage.replace("kept", TEXT);
        try (StorageFile file = storage.open("queue/segment", Access.READ)) {
            ByteBuffer read = ByteBuffer.allocate(3 * TEXT.length);
            assertThat(file.read(read, TEXT.length)).isEqualTo(TEXT.length);
            assertThat(read.array()).startsWith(TEXT);
        }
        assertThat(storage.read("kept", TEXT.length)).isEqualTo(TEXT);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }

    /** Not what a disk does by order: it opens the directory and fails to read on. */
    @Test
    void aDirectoryThatCannotBeReadFailsAsAFileDoes() {
        DirectoryStream<Path> broken =
                new DirectoryStream<>() {
                    @Override
                    public Iterator<Path> iterator() {
                        throw new DirectoryIteratorException(new IOException("Input/output error"));
                    }

                    @Override
                    public void close() {}
                };
        assertThatThrownBy(() -> FileStorage.entries(broken))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Input/output error");
    }
}
