package io.armature.reporting;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.seal.KeyFiles;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs once through everything that a spool does between its start and its first answers, in a
 * folder of its own, while the predecessor still serves: then the classes are loaded, linked and
 * known to work together when callers wait for them.
 */
final class Rehearsal {

    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    private static final int ROUNDS = 3;
    private static final int RECORDS = 40;
    private static final int RECORD_BYTES = 600;
    private static final long SCRATCH_BYTES = 8L << 20;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final Duration KEY_LIMIT = Duration.ofSeconds(1);
    private static final List<Priority> PRIORITIES =
            List.of(Priority.SECURITY, Priority.FAST_BATCH);

    private final Path scratch;
    private final Path root;
    private final Function<KeyFiles, Sealing> sealing;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final SpoolSettings settings;

    /**
     * @param scratch a folder to make and remove
     * @param root the spool's own, whose keys are looked at
     */
    Rehearsal(
            Path scratch,
            Path root,
            Function<KeyFiles, Sealing> sealing,
            DeviceClock clock,
            Randomness randomness,
            SpoolSettings settings) {
        this.scratch = scratch;
        this.root = root;
        this.sealing = sealing;
        this.clock = clock;
        this.randomness = randomness;
        this.settings = small(settings);
    }

    /** As the real ones, but takes little space and does not wait long for a key. */
    private static SpoolSettings small(SpoolSettings real) {
        return new SpoolSettings(
                Math.min(real.diskPoolBytes(), SCRATCH_BYTES),
                real.memoryPoolBytes(),
                real.waitingBytes(),
                real.segmentBytes(),
                Math.min(real.firstSegmentBytes(), 64 << 10),
                0,
                real.jobs(),
                KEY_LIMIT,
                real.rateInterval(),
                real.idleAfter(),
                real.flags(),
                real.uploads());
    }

    /**
     * Takes some hundred milliseconds of the calling thread. What the surroundings lack, a key or
     * space, ends it early; the real spool copes with that by itself.
     *
     * @throws IllegalStateException if this version does not work
     */
    void run() {
        long begin = System.nanoTime();
        try (ScratchFolder folder = ScratchFolder.make(scratch, root)) {
            for (int round = 0; round < ROUNDS; round++) {
                round(folder);
            }
        } catch (IOException | ReportingException e) {
            log.info("rehearsal ended early reason=\"{}\"", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("rehearsed ms={}", (System.nanoTime() - begin) / 1_000_000);
    }

    /** Opens what the last round left, stores, sends and closes. */
    private void round(ScratchFolder folder) throws ReportingException, InterruptedException {
        Spool spool = new Spool(folder::open, sealing, clock, randomness, settings, () -> {});
        try {
            spool.start();
            spool.uploader(taking());
            List<CompletionStage<?>> answers = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                for (Priority priority : PRIORITIES) {
                    answers.add(spool.enqueue(request(priority)));
                }
            }
            for (CompletionStage<?> answer : answers) {
                await(answer);
            }
            await(spool.queues());
            await(spool.flush(Priority.FAST_BATCH));
        } finally {
            spool.close(ANSWER_LIMIT);
        }
    }

    private static Uploader taking() {
        UploadEncryptedRecordResponse taken =
                UploadEncryptedRecordResponse.newBuilder()
                        .setStatus(StatusProto.newBuilder().setCode(StatusCode.OK.number()))
                        .build();
        return request -> CompletableFuture.completedFuture(taken);
    }

    private static EnqueueRecordRequest request(Priority priority) {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(priority)
                .setRecord(
                        Record.newBuilder()
                                .setData(ByteString.copyFrom(new byte[RECORD_BYTES]))
                                .setDestination(Destination.HEARTBEAT_EVENTS))
                .build();
    }

    private static void await(CompletionStage<?> answer)
            throws ReportingException, InterruptedException {
        try {
            answer.toCompletableFuture().get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            ReportingException why = Stages.reporting(e.getCause());
            if (why.code() == StatusCode.INTERNAL) {
                throw new IllegalStateException("the rehearsal failed: " + why, why);
            }
            throw why;
        } catch (TimeoutException e) {
            throw new ReportingException(StatusCode.DEADLINE_EXCEEDED, "no answer in time", e);
        }
    }
}
