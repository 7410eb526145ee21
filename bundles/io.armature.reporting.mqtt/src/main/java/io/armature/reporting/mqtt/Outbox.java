package io.armature.reporting.mqtt;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.proto.UploadEnvelope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Batches on their way to the broker. A batch is cut into parts; parts wait for a permit (packets
 * and bytes in flight), are published in order, and the batch is answered when the last of them is
 * acknowledged. An acknowledgement deletes nothing: the ids stay unconfirmed and are withheld from
 * the spool until their wait is over. Not thread safe: belongs to the bridge's thread.
 */
final class Outbox {

    /** Publishes one packet and tells later, on the bridge's thread, how it ended. */
    interface Sender {

        /** Returns false if there is no connection; the listener is not called then. */
        boolean send(byte[] payload, Listener listener);

        /** How a packet ended. */
        interface Listener {
            void acknowledged();

            void failed(String reason);
        }
    }

    /** Ids named in one answer; what is beyond is filtered here when it is offered. */
    private static final int MAX_CACHED_IDS = 4_096;

    private static final int MAX_WAITING_BATCHES = 32;
    private static final int MAX_OVERSIZED_SHOWN = 8;
    private static final int BATCH_ID_BYTES = 16;

    private static final class Batch {
        private final Optional<QueueKey> queue;
        private final CompletableFuture<UploadEncryptedRecordResponse> answer;
        private int missing;
        private String failure;

        Batch(
                Optional<QueueKey> queue,
                CompletableFuture<UploadEncryptedRecordResponse> answer,
                int missing) {
            this.queue = queue;
            this.answer = answer;
            this.missing = missing;
        }
    }

    /** A part on its way; heard of at most once. */
    private final class Packet implements Sender.Listener {
        private final Batch batch;
        private final Part part;

        Packet(Batch batch, Part part) {
            this.batch = batch;
            this.part = part;
        }

        @Override
        public void acknowledged() {
            if (landed()) {
                end(batch, null);
                pump();
            }
        }

        @Override
        public void failed(String reason) {
            if (landed()) {
                giveUp(reason);
                pump();
            }
        }

        private boolean landed() {
            boolean mine = inFlight.remove(this);
            if (mine) {
                bytesInFlight -= part.bytes();
            }
            return mine;
        }

        private void giveUp(String reason) {
            part.queue().ifPresent(queue -> part.ids().forEach(run -> ids.failed(queue, run)));
            end(batch, reason);
        }
    }

    private final BridgeSettings settings;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final Sender sender;
    private final UnconfirmedIds ids;
    private final Deque<Packet> waiting = new ArrayDeque<>();
    private final Set<Packet> inFlight = new LinkedHashSet<>();
    private final Map<BatchSplitter.Oversized, Boolean> oversized = new LinkedHashMap<>();
    private volatile List<Fault> faults = List.of();
    private int batches;
    private long bytesInFlight;
    private boolean pumping;
    private boolean disable;
    private Optional<Boolean> healthWanted = Optional.empty();

    Outbox(BridgeSettings settings, DeviceClock clock, Randomness randomness, Sender sender) {
        this.settings = settings;
        this.clock = clock;
        this.randomness = randomness;
        this.sender = sender;
        this.ids = new UnconfirmedIds(settings.resend());
    }

    /** Takes a batch; the answer completes when all of it is acknowledged, or fails. */
    void offer(
            UploadEncryptedRecordRequest request,
            CompletableFuture<UploadEncryptedRecordResponse> answer) {
        if (batches >= MAX_WAITING_BATCHES) {
            fail(answer, StatusCode.RESOURCE_EXHAUSTED, "too many batches wait for the broker");
            return;
        }
        Optional<QueueKey> queue = queueOf(request);
        long now = clock.monotonicNanos();
        BatchSplitter.Split split =
                BatchSplitter.split(
                        request,
                        queue,
                        id -> ids.mayPublish(queue.orElseThrow(), id, now),
                        settings.maxPacketBytes() - BridgeSettings.PACKET_OVERHEAD_BYTES);
        split.oversized().forEach(this::withhold);
        if (split.parts().isEmpty()) {
            answer.complete(answerFor(queue));
            return;
        }
        Batch batch = new Batch(queue, answer, split.parts().size());
        batches++;
        split.parts().forEach(part -> waiting.add(new Packet(batch, part)));
        pump();
    }

    /** A new connection: the waits of what is not confirmed begin anew. */
    void connected() {
        ids.startAnew(clock.monotonicNanos());
    }

    /** The connection is gone: batches in flight and batches that wait are handed back. */
    void abandon(String reason) {
        List<Packet> lost = List.copyOf(inFlight);
        List<Packet> unsent = List.copyOf(waiting);
        inFlight.clear();
        waiting.clear();
        bytesInFlight = 0;
        lost.forEach(packet -> packet.giveUp(reason));
        unsent.forEach(packet -> end(packet.batch, reason));
    }

    /** Whether acknowledgements are awaited. */
    boolean isAwaiting() {
        return !inFlight.isEmpty();
    }

    /** The server has these records. */
    void confirmed(ConfirmRecordUploadRequest confirmation) {
        QueueKey queue = QueueKey.of(confirmation.getSequenceInformation());
        long id = confirmation.getSequenceInformation().getSequencingId();
        if (confirmation.getForceConfirm()) {
            ids.forget(queue);
        } else {
            ids.confirmed(queue, id);
        }
        if (oversized.keySet().removeIf(one -> one.queue().equals(queue) && one.id() <= id)) {
            showOversized();
        }
    }

    /** What the server asks for is handed on with the next answer to the spool. */
    void replied(UploadEncryptedRecordResponse reply) {
        disable |= reply.getDisable();
        if (reply.hasHealthDataLoggingEnabled()) {
            healthWanted = Optional.of(reply.getHealthDataLoggingEnabled());
        }
    }

    /** Records that fit into no packet. Any thread may call this. */
    List<Fault> faults() {
        return faults;
    }

    private static Optional<QueueKey> queueOf(UploadEncryptedRecordRequest request) {
        return request.getEncryptedRecordList().stream()
                .filter(EncryptedRecord::hasSequenceInformation)
                .findFirst()
                .map(record -> QueueKey.of(record.getSequenceInformation()));
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!waiting.isEmpty() && hasPermit(waiting.peek().part)) {
                Packet next = waiting.remove();
                if (!send(next)) {
                    end(next.batch, "no connection to the broker");
                }
            }
        } finally {
            pumping = false;
        }
    }

    private boolean hasPermit(Part part) {
        return inFlight.isEmpty()
                || (inFlight.size() < settings.inFlight()
                        && bytesInFlight + part.bytes() <= settings.inFlightBytes());
    }

    private boolean send(Packet packet) {
        Part part = packet.part;
        byte[] batchId = new byte[BATCH_ID_BYTES];
        randomness.fill(batchId);
        byte[] payload =
                UploadEnvelope.newBuilder()
                        .setBatchId(ByteString.copyFrom(batchId))
                        .setRequest(part.request())
                        .build()
                        .toByteArray();
        if (!sender.send(payload, packet)) {
            return false;
        }
        inFlight.add(packet);
        bytesInFlight += part.bytes();
        long now = clock.monotonicNanos();
        part.queue().ifPresent(queue -> part.ids().forEach(run -> ids.published(queue, run, now)));
        return true;
    }

    private void end(Batch batch, String failure) {
        if (failure != null) {
            batch.failure = failure;
        }
        batch.missing--;
        if (batch.missing > 0) {
            return;
        }
        batches--;
        if (batch.failure == null) {
            batch.answer.complete(answerFor(batch.queue));
        } else {
            fail(batch.answer, StatusCode.UNAVAILABLE, batch.failure);
        }
    }

    private UploadEncryptedRecordResponse answerFor(Optional<QueueKey> queue) {
        UploadEncryptedRecordResponse.Builder answer =
                UploadEncryptedRecordResponse.newBuilder()
                        .setStatus(StatusProto.newBuilder().setCode(StatusCode.OK.number()));
        long now = clock.monotonicNanos();
        queue.ifPresent(
                key -> answer.addAllCachedEventsSeqIds(ids.withheld(key, now, MAX_CACHED_IDS)));
        if (disable) {
            answer.setDisable(true);
            disable = false;
        }
        healthWanted.ifPresent(answer::setHealthDataLoggingEnabled);
        healthWanted = Optional.empty();
        return answer.build();
    }

    private void withhold(BatchSplitter.Oversized record) {
        ids.oversized(record.queue(), record.id(), clock.monotonicNanos());
        oversized.put(record, true);
        if (oversized.size() > MAX_OVERSIZED_SHOWN) {
            oversized.remove(oversized.keySet().iterator().next());
        }
        showOversized();
    }

    private void showOversized() {
        List<Fault> shown = new ArrayList<>();
        for (BatchSplitter.Oversized record : oversized.keySet()) {
            shown.add(
                    new Fault(
                            MqttBridge.SOURCE,
                            "record " + record.queue() + "/" + record.id(),
                            record.bytes()
                                    + " bytes fit into no packet: raise max_packet_bytes (now "
                                    + settings.maxPacketBytes()
                                    + ") and the broker's limit"));
        }
        faults = List.copyOf(shown);
    }

    private static void fail(
            CompletableFuture<UploadEncryptedRecordResponse> answer,
            StatusCode code,
            String message) {
        answer.completeExceptionally(new ReportingException(code, message));
    }
}
