package io.armature.backend.reporting.storage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** What must be true of a checkpoint's reader. */
public final class CheckpointModel {

    private static final String HEADER = "armature-records-checkpoint 1\n";
    private static final String NUMBER = " \\d{1,18}";
    private static final String DIGEST = "(-|0|[0-9a-f]{64})";
    private static final String RUN = "\\d{1,9}:\\d{1,9}:" + DIGEST + ":" + DIGEST;

    /** Lines as they are written: all others may be refused, these may not. */
    private static final Pattern WRITTEN =
            Pattern.compile(
                    "file [A-Za-z0-9_-]{1,64} \\d{4}-\\d\\d-\\d\\d"
                            + NUMBER
                            + "|counts [A-Za-z0-9_-]{1,64}("
                            + NUMBER
                            + "){5}|queue [A-Za-z0-9_-]{1,64} [1-7]"
                            + " (-|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}) [1-9]\\d{0,17}"
                            + NUMBER
                            + NUMBER
                            + " "
                            + DIGEST
                            + " (-|"
                            + RUN
                            + "(,"
                            + RUN
                            + ")*)");

    private CheckpointModel() {}

    /**
     * Reads lines; no fuzzer finds the check sum, so it is put behind them.
     *
     * @param lines without header and end
     */
    public static void check(byte[] lines, Optional<Integer> wrongSum) {
        // ASCII, for all other bytes are one character to the reader.
        String facts = HEADER + new String(lines, StandardCharsets.US_ASCII).replace('\uFFFD', '?');
        CRC32C sum = new CRC32C();
        sum.update(facts.getBytes(StandardCharsets.US_ASCII));
        long said = sum.getValue() ^ wrongSum.orElse(0);
        byte[] content =
                (facts + "end " + Long.toHexString(said) + "\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        Optional<Checkpoint> read = Checkpoint.decode(content);
        require(wrongSum.isEmpty() || read.isEmpty(), "a wrong sum is taken");
        boolean written =
                facts.endsWith("\n")
                        && facts.substring(HEADER.length())
                                .lines()
                                .allMatch(line -> WRITTEN.matcher(line).matches());
        require(wrongSum.isPresent() || !written || read.isPresent(), "refused: " + facts);
        read.ifPresent(
                checkpoint -> {
                    List<String> once = lines(checkpoint);
                    Optional<Checkpoint> again = Checkpoint.decode(checkpoint.encode());
                    require(again.isPresent(), "cannot be read again: " + once);
                    require(lines(again.get()).equals(once), "reads differently: " + once);
                });
    }

    /** Without the sum, which goes by their order. */
    private static List<String> lines(Checkpoint checkpoint) {
        return new String(checkpoint.encode(), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> !line.startsWith("end "))
                .sorted()
                .toList();
    }

    private static void require(boolean fact, String text) {
        if (!fact) {
            throw new AssertionError(text);
        }
    }
}
