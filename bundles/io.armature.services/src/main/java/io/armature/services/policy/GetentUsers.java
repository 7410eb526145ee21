package io.armature.services.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Users that the machine knows from elsewhere than {@code /etc/passwd} (a directory service, for
 * example), by the program {@code getent}. One run a name, a bounded number of them, in a bounded
 * time for all. Not by the device's {@code ProcessLauncher}: policies are checked where no device
 * runs, too, the answer is read from the program, and it ends by itself if nobody takes it. One
 * thread.
 */
public final class GetentUsers implements Users {

    /** Most names asked for; who has more has them in a file. */
    static final int NAMES_LIMIT = 32;

    private static final int NOT_FOUND = 2;
    private static final int ANSWER_LIMIT_BYTES = 4096;

    /** No option, no number (getent would take it for a user's number), no odd character. */
    private static final Pattern NAME =
            Pattern.compile("(?=.*[A-Za-z_])[A-Za-z0-9_.][A-Za-z0-9_.@-]{0,254}\\$?");

    private final String program;
    private long leftNanos;
    private final Map<String, OptionalLong> known = new HashMap<>();

    /** Asks the machine's own program, and waits 5 s for all answers together. */
    public GetentUsers() {
        this("getent", 5_000);
    }

    GetentUsers(String program, long timeoutMillis) {
        this.program = program;
        this.leftNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    @Override
    public OptionalLong uid(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            return OptionalLong.empty();
        }
        OptionalLong uid = known.get(name);
        if (uid == null) {
            if (known.size() == NAMES_LIMIT) {
                throw new IOException("over " + NAMES_LIMIT + " users are not in /etc/passwd");
            }
            // A name that fails counts, too: each may take the whole time.
            known.put(name, OptionalLong.empty());
            uid = ask(name);
            known.put(name, uid);
        }
        return uid;
    }

    private OptionalLong ask(String name) throws IOException {
        if (leftNanos <= 0) {
            throw new IOException(program + " does not answer");
        }
        long start = System.nanoTime();
        try {
            return run(name);
        } finally {
            leftNanos -= System.nanoTime() - start;
        }
    }

    private OptionalLong run(String name) throws IOException {
        Process process =
                new ProcessBuilder(List.of(program, "passwd", name))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(leftNanos, TimeUnit.NANOSECONDS)) {
                throw new IOException(program + " does not answer");
            }
            // Short enough to wait in the pipe until the program has ended.
            byte[] answer = process.getInputStream().readNBytes(ANSWER_LIMIT_BYTES);
            int status = process.exitValue();
            if (status != 0 && status != NOT_FOUND) {
                throw new IOException(program + " ended with " + status);
            }
            return uidOf(name, new String(answer, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static OptionalLong uidOf(String name, String answer) {
        return answer.startsWith(name + ":")
                ? PasswdUsers.uidOf(answer.split("\n", 2)[0])
                : OptionalLong.empty();
    }
}
