package io.armature.platform.children;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the kernel says about processes. */
final class ProcessTable {

    private final Path proc;

    ProcessTable(Path proc) {
        this.proc = proc;
    }

    /** Ticks after the kernel's start at which the process started; none if it is gone. */
    OptionalLong startTicks(long pid) {
        try {
            String stat =
                    Files.readString(
                            proc.resolve(Long.toString(pid)).resolve("stat"),
                            StandardCharsets.ISO_8859_1);
            // the name in parentheses may hold anything: fields count from the last one
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z")
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(fields[19]));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Processes whose environment holds that entry; only own processes can be read. */
    List<Long> withEnvironment(String entry) throws IOException {
        String wanted = "\0" + entry + "\0";
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String environment =
                            Files.readString(
                                    process.resolve("environ"), StandardCharsets.ISO_8859_1);
                    if (("\0" + environment).contains(wanted)) {
                        found.add(Long.valueOf(process.getFileName().toString()));
                    }
                } catch (IOException e) {
                    // gone meanwhile, or somebody else's
                    continue;
                }
            }
        }
        return found;
    }
}
