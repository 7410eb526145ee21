package io.armature.services.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Users of a file in the format of {@code /etc/passwd}, which is read at the first question and
 * then kept. One thread.
 */
public final class PasswdUsers implements Users {

    /** The kernel's "no such user", which nobody can be. */
    private static final long NOBODY_AT_ALL = 0xFFFF_FFFFL;

    private static final int UID_DIGITS_LIMIT = 10;

    private final Path passwd;
    private Map<String, Long> uids;

    /**
     * @param passwd usually {@code /etc/passwd}
     */
    public PasswdUsers(Path passwd) {
        this.passwd = passwd;
    }

    @Override
    public OptionalLong uid(String name) throws IOException {
        if (uids == null) {
            uids = read();
        }
        Long uid = uids.get(name);
        return uid == null ? OptionalLong.empty() : OptionalLong.of(uid);
    }

    private Map<String, Long> read() throws IOException {
        Map<String, Long> found = new HashMap<>();
        // Names of other encodings must not stop us: they match nothing then.
        for (String line : Files.readString(passwd, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            OptionalLong uid = uidOf(line);
            if (uid.isPresent()) {
                found.putIfAbsent(line.substring(0, line.indexOf(':')), uid.getAsLong());
            }
        }
        return found;
    }

    /** The user of one line {@code name:password:uid:…}; empty if it is not such a line. */
    static OptionalLong uidOf(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length < 4 || fields[0].isEmpty()) {
            return OptionalLong.empty();
        }
        String digits = fields[2];
        if (digits.isEmpty() || digits.length() > UID_DIGITS_LIMIT) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        long uid = Long.parseLong(digits);
        return uid < NOBODY_AT_ALL ? OptionalLong.of(uid) : OptionalLong.empty();
    }
}
