package io.armature.control.dispatch;

import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of the commands, one a line, kept across restarts: so that a command whose bundle is
 * not there yet is told from a typing error. It is a convenience: damage is ignored.
 */
public final class CommandMemory {

    private static final Logger LOG = LoggerFactory.getLogger(CommandMemory.class);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final int MAX_BYTES = 65_536;

    private final Path file;
    private final DurableFiles files;

    public CommandMemory(Path file, DurableFiles files) {
        this.file = file;
        this.files = files;
    }

    /** The names of earlier runs. */
    public List<String> load() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return List.of();
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return text.lines().filter(line -> NAME.matcher(line).matches()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("known commands cannot be read file={}", file, e);
            return List.of();
        }
    }

    /** Writes the names if they changed. */
    synchronized void save(CommandTable table) {
        Optional<List<String>> names = table.takeUnsaved();
        if (names.isEmpty()) {
            return;
        }
        try {
            String text = String.join("\n", names.get()) + "\n";
            files.replace(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("known commands cannot be written file={}", file, e);
        }
    }
}
