package io.armature.itest.fault;

import io.armature.reporting.BareSpool;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A spool on real files that obeys lines of standard input, for a guest:
 *
 * <ul>
 *   <li>{@code write WRITER FIRST COUNT} offers these records of {@link Offer} and answers {@code
 *       OK NUMBER PRIORITY GUID GENERATION ID} or {@code FAILED NUMBER REASON} for each, {@code -}
 *       for an empty guid, then {@code done};
 *   <li>{@code confirm PRIORITY GUID GENERATION ID} confirms as the server would, then {@code
 *       done}.
 * </ul>
 */
final class TypedSpool {

    static final String NO_GUID = "-";

    private final long seed;
    private final BareSpool spool;
    private final PrintStream out;

    private TypedSpool(long seed, BareSpool spool, PrintStream out) {
        this.seed = seed;
        this.spool = spool;
        this.out = out;
    }

    /** {@code TypedSpool FOLDER KEYS SEED MUTANT}: runs until it is killed. */
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        Storage files = FileStorage.open(Path.of(args[0]));
        Storage disk =
                switch (Mutant.valueOf(args[3])) {
                    case NONE -> files;
                    case FORCE_IGNORED -> new ForcelessStorage(files);
                    case OK_BEFORE_FORCE -> new LateForceStorage(files);
                    default -> throw new IllegalArgumentException("not for real files: " + args[3]);
                };
        BareSpool spool =
                BareSpool.start(
                        disk,
                        Path.of(args[1]),
                        new FastClock(),
                        request ->
                                CompletableFuture.completedFuture(
                                        UploadEncryptedRecordResponse.newBuilder()
                                                .setStatus(StatusProto.newBuilder().setCode(0))
                                                .build()),
                        Room.AMPLE.bytes());
        spool.reporting().queues().toCompletableFuture().join();
        TypedSpool typed = new TypedSpool(Long.parseLong(args[2]), spool, out);
        out.println("ready");
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            typed.obey(line.split(" "));
        }
    }

    private void obey(String[] words) throws IOException {
        switch (words[0]) {
            case "write" ->
                    write(
                            Integer.parseInt(words[1]),
                            Long.parseLong(words[2]),
                            Integer.parseInt(words[3]));
            case "confirm" -> confirm(words);
            default -> throw new IOException("not a command: " + words[0]);
        }
        tell("done");
    }

    private void write(int writer, long first, int count) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (long number = first; number < first + count; number++) {
            Offer offer = Offer.of(seed, writer, number);
            answers.add(
                    spool.reporting()
                            .enqueue(offer.request())
                            .handle(
                                    (position, failure) -> {
                                        tell(answer(offer, position, failure));
                                        return null;
                                    })
                            .toCompletableFuture());
        }
        answers.forEach(CompletableFuture::join);
    }

    private static String answer(Offer offer, Enqueued at, Throwable failure) {
        if (failure != null) {
            return "FAILED " + offer.number() + " " + failure;
        }
        String guid = at.generationGuid().isEmpty() ? NO_GUID : at.generationGuid();
        return "OK %d %s %s %d %d"
                .formatted(
                        offer.number(), at.priority(), guid, at.generationId(), at.sequencingId());
    }

    private void confirm(String[] words) {
        spool.reporting()
                .confirm(
                        ConfirmRecordUploadRequest.newBuilder()
                                .setSequenceInformation(
                                        SequenceInformation.newBuilder()
                                                .setPriority(Priority.valueOf(words[1]))
                                                .setGenerationGuid(
                                                        words[2].equals(NO_GUID) ? "" : words[2])
                                                .setGenerationId(Long.parseLong(words[3]))
                                                .setSequencingId(Long.parseLong(words[4])))
                                .build())
                .toCompletableFuture()
                .join();
    }

    private void tell(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}
