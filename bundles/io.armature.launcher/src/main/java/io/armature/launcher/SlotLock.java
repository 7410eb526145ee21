package io.armature.launcher;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A slot's lock: every file of the slot with its digest, and the bundles in the order in which they
 * are installed.
 *
 * <p>Parsed on the start path: no regular expressions, no streams.
 */
record SlotLock(
        String version,
        String profile,
        String application,
        List<LockedFile> files,
        List<LockedBundle> bundles) {

    /** Longest lock that is read, bytes. */
    static final int LIMIT_BYTES = 1 << 20;

    private static final String HEADER = "armature-lock 1";
    private static final int DIGEST_LENGTH = 64;
    private static final int HIGHEST_LEVEL = 100;

    /**
     * @param path relative to the slot, parts joined with a slash
     * @param sha256 64 lower-case hex digits
     */
    record LockedFile(String path, String sha256) {}

    /**
     * @param level start level, 1 to 100
     */
    record LockedBundle(int level, String symbolicName, String version, LockedFile file) {}

    SlotLock {
        files = List.copyOf(files);
        bundles = List.copyOf(bundles);
    }

    /** Every file that the slot holds beside the lock itself. */
    List<LockedFile> everyFile() {
        List<LockedFile> all = new ArrayList<>(files.size() + bundles.size());
        all.addAll(files);
        for (LockedBundle bundle : bundles) {
            all.add(bundle.file());
        }
        return all;
    }

    /** Reads a lock; refuses anything it does not understand, naming the line. */
    static SlotLock parse(byte[] content) throws LaunchException {
        return new Parser().parse(text(content));
    }

    private static String text(byte[] content) throws LaunchException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw new LaunchException(ExitStatus.SLOT_REFUSED, "lock is not UTF-8", e);
        }
    }

    private static final class Parser {
        private final List<LockedFile> files = new ArrayList<>();
        private final List<LockedBundle> bundles = new ArrayList<>();
        private final Set<String> paths = new HashSet<>();
        private final Set<String> names = new HashSet<>();
        private String version;
        private String profile;
        private String application;
        private int number;

        SlotLock parse(String text) throws LaunchException {
            if (text.isEmpty() || text.charAt(text.length() - 1) != '\n') {
                throw LaunchException.refused("lock is cut off: no line break at its end");
            }
            int start = 0;
            while (start < text.length()) {
                int end = text.indexOf('\n', start);
                number++;
                line(text.substring(start, end));
                start = end + 1;
            }
            if (version == null || profile == null || application == null) {
                throw LaunchException.refused("lock lacks version, profile or application");
            }
            if (bundles.isEmpty()) {
                throw LaunchException.refused("lock names no bundle");
            }
            return new SlotLock(version, profile, application, files, bundles);
        }

        private void line(String line) throws LaunchException {
            if (number == 1) {
                if (!line.equals(HEADER)) {
                    throw refused("not '" + HEADER + "'");
                }
                return;
            }
            String[] words = words(line);
            switch (words[0]) {
                case "version" -> version = once(version, words);
                case "profile" -> profile = once(profile, words);
                case "application" -> application(words);
                case "file" -> {
                    count(words, 3);
                    files.add(file(words[1], words[2]));
                }
                case "bundle" -> {
                    count(words, 6);
                    bundles.add(bundle(words));
                }
                default -> throw refused("unknown word '" + printable(words[0]) + "'");
            }
        }

        private String once(String present, String[] words) throws LaunchException {
            count(words, 2);
            if (present != null) {
                throw refused("second '" + words[0] + "'");
            }
            return words[1];
        }

        private void application(String[] words) throws LaunchException {
            if (application != null) {
                throw refused("second 'application'");
            }
            if (words.length == 2 && words[1].equals("none")) {
                application = words[1];
            } else if (words.length == 3
                    && (words[1].equals("bundle") || words[1].equals("process"))) {
                application = words[1] + " " + words[2];
            } else {
                throw refused("application is not 'bundle NAME', 'process NAME' or 'none'");
            }
        }

        private LockedFile file(String digest, String path) throws LaunchException {
            if (!isDigest(digest)) {
                throw refused("'" + printable(digest) + "' is no SHA-256");
            }
            if (!isPath(path)) {
                throw refused("'" + printable(path) + "' is no path within a slot");
            }
            if (!paths.add(path)) {
                throw refused("second '" + path + "'");
            }
            return new LockedFile(path, digest);
        }

        private LockedBundle bundle(String[] words) throws LaunchException {
            int level = level(words[1]);
            LockedFile file = file(words[2], words[5]);
            if (!names.add(words[3])) {
                throw refused("second bundle '" + printable(words[3]) + "'");
            }
            return new LockedBundle(level, words[3], words[4], file);
        }

        private int level(String word) throws LaunchException {
            int level = 0;
            for (int i = 0; i < word.length(); i++) {
                int digit = word.charAt(i) - '0';
                if (digit < 0 || digit > 9 || i > 2) {
                    level = 0;
                    break;
                }
                level = level * 10 + digit;
            }
            if (level < 1 || level > HIGHEST_LEVEL) {
                throw refused("start level '" + printable(word) + "' is not 1 to " + HIGHEST_LEVEL);
            }
            return level;
        }

        private void count(String[] words, int expected) throws LaunchException {
            if (words.length != expected) {
                throw refused("'" + words[0] + "' takes " + (expected - 1) + " words");
            }
        }

        private String[] words(String line) throws LaunchException {
            int count = 1;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c < ' ' || c == 127) {
                    throw refused("control character");
                }
                if (c == ' ') {
                    count++;
                }
            }
            String[] words = new String[count];
            int start = 0;
            for (int i = 0; i < count; i++) {
                int end = line.indexOf(' ', start);
                words[i] = line.substring(start, end < 0 ? line.length() : end);
                if (words[i].isEmpty()) {
                    throw refused("empty word");
                }
                start = end + 1;
            }
            return words;
        }

        private LaunchException refused(String reason) {
            return LaunchException.refused("lock line " + number + ": " + reason);
        }
    }

    private static boolean isDigest(String word) {
        if (word.length() != DIGEST_LENGTH) {
            return false;
        }
        for (int i = 0; i < DIGEST_LENGTH; i++) {
            char c = word.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Relative, no empty, hidden or upward part, and not the lock itself. */
    private static boolean isPath(String path) {
        if (path.equals("lock") || path.indexOf('\\') >= 0) {
            return false;
        }
        char before = '/';
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (before == '/' && (c == '/' || c == '.')) {
                return false;
            }
            before = c;
        }
        return before != '/';
    }

    private static String printable(String word) {
        return word.length() > 80 ? word.substring(0, 80) + "…" : word;
    }
}
