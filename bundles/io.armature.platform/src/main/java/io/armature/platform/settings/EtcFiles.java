package io.armature.platform.settings;

import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON files of a configuration directory as they stand: bounded bytes, in order of names. */
record EtcFiles(Map<String, byte[]> contents, List<Fault> faults) {

    static final int MOST_FILES = 64;
    static final int LONGEST_BYTES = 256 << 10;

    static EtcFiles read(Path directory) {
        EtcFiles files = new EtcFiles(new TreeMap<>(), new ArrayList<>());
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (entry.getFileName().toString().endsWith(".json")) {
                    paths.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            return files;
        } catch (IOException e) {
            files.fault("", "cannot be listed (" + FailureText.of(e) + ")");
        }
        paths.sort(null);
        for (Path path : paths) {
            files.add(path);
        }
        return files;
    }

    private void add(Path path) {
        String name = path.getFileName().toString();
        try {
            if (contents.size() >= MOST_FILES) {
                fault(name, "is not read: more than " + MOST_FILES + " files");
            } else if (Files.size(path) > LONGEST_BYTES) {
                fault(name, "is not read: longer than " + LONGEST_BYTES + " bytes");
            } else {
                contents.put(name, Files.readAllBytes(path));
            }
        } catch (IOException e) {
            fault(name, "cannot be read (" + FailureText.of(e) + ")");
        }
    }

    private void fault(String name, String reason) {
        faults.add(new Fault("configuration", "etc/armature/" + name, reason));
    }

    /** Everything the files say, with what is wrong with them. The parser is loaded here only. */
    Verdict check(Catalogue catalogue) {
        List<Fault> all = new ArrayList<>(faults);
        if (contents.isEmpty()) {
            return Verdict.of(catalogue, List.of(), all);
        }
        JsonFiles json = new JsonFiles();
        contents.forEach(json::read);
        all.addAll(json.faults());
        return Verdict.of(catalogue, json.values(), all);
    }
}
