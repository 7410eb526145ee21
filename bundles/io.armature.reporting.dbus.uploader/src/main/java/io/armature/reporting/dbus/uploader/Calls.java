package io.armature.reporting.dbus.uploader;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import io.armature.dbus.wire.link.BusSession;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The calls to the browser: so many at a time, the others in their order; when it goes, all fail.
 * Of one thread.
 */
final class Calls {

    /** Who takes the batches. */
    static final String NAME = "org.chromium.ChromeReportingService";

    private static final String PATH = "/org/chromium/ChromeReportingService";
    private static final String INTERFACE = NAME + "Interface";
    private static final String METHOD = "UploadEncryptedRecord";

    /** The next batch is written once less than this has not left. */
    private static final long ROOM_BYTES = 256 << 10;

    private static final class Batch {
        final UploadEncryptedRecordRequest request;
        final CompletableFuture<UploadEncryptedRecordResponse> answer;

        Batch(
                UploadEncryptedRecordRequest request,
                CompletableFuture<UploadEncryptedRecordResponse> answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    private final BusSession session;
    private final String browser;
    private final CallLimits limits;
    private final Queue<Batch> waiting = new ArrayDeque<>();
    private final Set<Batch> running = new LinkedHashSet<>();
    private boolean ended;

    /**
     * Limits of the calls.
     *
     * @param running without a reply
     * @param waiting beyond these
     * @param time for one reply
     */
    record CallLimits(int running, int waiting, Duration time) {}

    /**
     * @param browser unique name of who has the name now
     */
    Calls(BusSession session, String browser, CallLimits limits) {
        this.session = session;
        this.browser = browser;
        this.limits = limits;
    }

    /** Takes a batch. */
    void offer(
            UploadEncryptedRecordRequest request,
            CompletableFuture<UploadEncryptedRecordResponse> answer) {
        if (waiting.size() >= limits.waiting() && running.size() >= limits.running()) {
            fail(answer, StatusCode.RESOURCE_EXHAUSTED, "too many batches wait for the browser");
            return;
        }
        waiting.add(new Batch(request, answer));
        next();
    }

    /** There may be room for the next one. */
    void next() {
        while (!ended
                && !waiting.isEmpty()
                && running.size() < limits.running()
                && session.queuedBytes() < ROOM_BYTES) {
            Batch batch = waiting.remove();
            running.add(batch);
            session.call(
                    Message.call(NAME, PATH, INTERFACE, METHOD, "ay", Body.of(batch.request)),
                    browser,
                    limits.time(),
                    reply -> replied(batch, reply));
        }
    }

    /** The browser has gone: what it was given and what waits fails alike. */
    void end(String reason) {
        ended = true;
        List<Batch> all = new ArrayList<>(running);
        all.addAll(waiting);
        running.clear();
        waiting.clear();
        all.forEach(batch -> fail(batch.answer, StatusCode.UNAVAILABLE, reason));
    }

    private void replied(Batch batch, Message reply) {
        if (!running.remove(batch)) {
            return; // it has failed with the others
        }
        try {
            if (reply.type() != Message.Type.REPLY) {
                fail(batch.answer, StatusCode.UNAVAILABLE, BusSession.text(reply));
            } else if (!reply.header().signature().equals("ay")) {
                throw new MalformedException("it is no byte array");
            } else {
                batch.answer.complete(
                        UploadEncryptedRecordResponse.parseFrom(new Body(reply).array()));
            }
        } catch (MalformedException | InvalidProtocolBufferException e) {
            fail(
                    batch.answer,
                    StatusCode.UNAVAILABLE,
                    "the browser's reply cannot be read: " + e.getMessage());
        }
        next();
    }

    static void fail(
            CompletableFuture<UploadEncryptedRecordResponse> answer,
            StatusCode code,
            String message) {
        answer.completeExceptionally(new ReportingException(code, message));
    }
}
