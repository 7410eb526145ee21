package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Batches on their way to the broker. A batch is cut into parts; parts wait for a permit (packets
 * and bytes in flight) and for the hour's budget, are published in order, those of important queues
 * first, and the batch is answered when the last of them is acknowledged. An acknowledgement
 * deletes nothing: the ids stay unconfirmed and are withheld from the spool while a packet of
 * theirs waits or is on its way, and until their wait after that is over. Not thread safe: belongs
 * to the bridge's thread.
 */
final class Outbox {

    /** Publishes one packet and tells later, on the bridge's thread, how it ended. */
    interface Sender {

        /** Returns false if there is no connection; the listener is not called then. */
        boolean send(byte[] payload, Listener listener);

        /** How a packet ended. */
        interface Listener {
            void acknowledged();

            void failed(Connection.Failure failure, String reason);
        }
    }

    /** Ids named in one answer; what is beyond is filtered here when it is offered. */
    private static final int MAX_CACHED_IDS = 4_096;

    private static final int MAX_WAITING_BATCHES = 32;

    /** What waits is no longer in the spool's pool of memory if the spool gave its answer up. */
    static final int MAX_WAITING_BYTES = 4 << 20;

    /** A part on its way; heard of at most once. */
    private final class Packet implements Sender.Listener, Waiting.Sized {
        private final Batch batch;
        private final Part part;

        Packet(Batch batch, Part part) {
            this.batch = batch;
            this.part = part;
        }

        @Override
        public int bytes() {
            return part.bytes();
        }

        @Override
        public void acknowledged() {
            if (landed()) {
                limit.acknowledged(part.bytes());
                part.queue().ifPresent(this::acknowledged);
                shown.refusal(Optional.empty());
                end(this, Optional.empty());
                pump();
            }
        }

        private void acknowledged(QueueKey queue) {
            long now = clock.monotonicNanos();
            part.ids().forEach(run -> ids.acknowledged(queue, run, now));
            part.onlyId().ifPresent(id -> unsendable.acknowledged(queue, id));
        }

        @Override
        public void failed(Connection.Failure failure, String reason) {
            if (!landed()) {
                return;
            }
            switch (failure) {
                case LOST -> lostBytes = Math.max(lostBytes, suspicious());
                case TOO_LARGE -> tooLarge();
                case REFUSED -> shown.refusal(Optional.of(reason));
            }
            giveUp(reason);
            pump();
        }

        private void tooLarge() {
            limit.refused(part.bytes());
            part.queue()
                    .ifPresent(
                            queue -> part.onlyId().ifPresent(id -> unsendable.refused(queue, id)));
        }

        /** Bytes that a connection may have broken for. */
        private int suspicious() {
            if (!part.lone()) {
                return part.bytes();
            }
            if (limit.hasLearned()) {
                unsendable.lost(part.queue().orElseThrow(), part.onlyId().orElseThrow());
            }
            return 0;
        }

        private boolean landed() {
            boolean mine = inFlight.remove(this);
            if (mine) {
                bytesInFlight -= part.bytes();
            }
            return mine;
        }

        /** One that went alone and broke the connection waits as if it had been published. */
        private void giveUp(String reason) {
            if (!part.lone()) {
                part.queue().ifPresent(queue -> part.ids().forEach(run -> ids.failed(queue, run)));
            }
            end(this, unavailable(reason));
        }
    }

    private final BridgeSettings settings;
    private final DeviceClock clock;
    private final Envelopes envelopes;
    private final Sender sender;
    private final UnconfirmedIds ids;
    private final PacketLimit limit;
    private final BudgetGate budget;
    private final Unsendable unsendable;
    private final OutboxFaults shown;
    private final Waiting<Packet> waiting = new Waiting<>(Rank.COUNT);
    private final Wishes wishes = new Wishes();
    private final Set<Packet> inFlight = new LinkedHashSet<>();
    private int batches;
    private long bytesInFlight;
    private int lostBytes;
    private boolean pumping;

    /**
     * @param setAside where records that no broker takes are kept, if anywhere
     * @param executor the bridge's thread
     * @param room told when batches were refused for want of budget and need not be any more
     */
    Outbox(
            BridgeSettings settings,
            DeviceClock clock,
            Envelopes envelopes,
            Sender sender,
            Optional<SetAside> setAside,
            Executor executor,
            Runnable room) {
        this.settings = settings;
        this.clock = clock;
        this.envelopes = envelopes;
        this.sender = sender;
        this.ids = new UnconfirmedIds(settings.resend());
        this.unsendable = new Unsendable(setAside);
        this.limit = new PacketLimit(settings.maxPacketBytes(), clock, unsendable::forgetLosses);
        this.shown = new OutboxFaults(settings.maxPacketBytes(), setAside);
        this.budget = new BudgetGate(settings, clock, executor, shown, room);
    }

    /** Takes a batch; the answer completes when all of it is acknowledged, or fails. */
    void offer(
            UploadEncryptedRecordRequest offered,
            CompletableFuture<UploadEncryptedRecordResponse> answer) {
        if (batches >= MAX_WAITING_BATCHES) {
            fail(answer, StatusCode.RESOURCE_EXHAUSTED, "too many batches wait for the broker");
            return;
        }
        Optional<QueueKey> queue = QueueKey.of(offered);
        UploadEncryptedRecordRequest request =
                queue.map(key -> unsendable.withGaps(offered, key, limit.hardBytes()))
                        .orElse(offered);
        BatchSplitter.Split split = split(request, queue);
        split.oversized().forEach(this::withhold);
        if (split.parts().isEmpty()) {
            answer.complete(answerFor(queue, StatusCode.OK, 0));
            return;
        }
        int rank = Rank.of(queue);
        if (!makeRoom(rank, split.parts().stream().mapToLong(Part::bytes).sum())) {
            fail(answer, StatusCode.RESOURCE_EXHAUSTED, "too much waits for the broker");
            return;
        }
        Batch batch = new Batch(queue, answer, split.parts().size(), clock.monotonicNanos());
        batches++;
        for (Part part : split.parts()) {
            queue.ifPresent(key -> part.ids().forEach(run -> ids.hold(key, run)));
            waiting.add(rank, new Packet(batch, part));
        }
        pump();
    }

    /**
     * Less important ones go back to the spool if need be. A batch that would wait alone has room,
     * whatever its size.
     */
    private boolean makeRoom(int rank, long bytes) {
        long kept = waiting.bytesUpTo(rank);
        if (kept > 0 && kept + bytes > MAX_WAITING_BYTES) {
            return false;
        }
        for (int last = Rank.COUNT - 1;
                last > rank && waiting.bytesUpTo(last) + bytes > MAX_WAITING_BYTES;
                last--) {
            handBack(last, "more important records need the room");
        }
        return true;
    }

    private void handBack(int rank, String reason) {
        Optional<ReportingException> why =
                Optional.of(new ReportingException(StatusCode.RESOURCE_EXHAUSTED, reason));
        waiting.removeAll(rank).forEach(packet -> end(packet, why));
    }

    private BatchSplitter.Split split(
            UploadEncryptedRecordRequest request, Optional<QueueKey> queue) {
        long now = clock.monotonicNanos();
        int soft = limit.softBytes();
        if (queue.isPresent()) {
            long lowest = request.getEncryptedRecord(0).getSequenceInformation().getSequencingId();
            soft = limit.softBytes(ids.attempts(queue.get(), lowest));
            soft = (int) Math.min(soft, budget.largest(Rank.of(queue)));
        }
        shown.learned(limit.lesson());
        return BatchSplitter.split(
                request,
                queue,
                id ->
                        ids.mayPublish(queue.orElseThrow(), id, now)
                                && !unsendable.isCondemned(queue.orElseThrow(), id),
                soft,
                limit.hardBytes());
    }

    /** A new connection: the waits of what is not confirmed begin anew. */
    void connected(Limits limits) {
        limit.connected(limits);
        lostBytes = 0;
        ids.startAnew(clock.monotonicNanos());
    }

    /** The connection is gone: batches in flight and batches that wait are handed back. */
    void abandon(String reason, Link.Cause cause) {
        List<Packet> lost = List.copyOf(inFlight);
        List<Packet> unsent = waiting.removeAll();
        inFlight.clear();
        bytesInFlight = 0;
        if (cause == Link.Cause.THEIRS) {
            lost.forEach(packet -> lostBytes = Math.max(lostBytes, packet.suspicious()));
            limit.lost(lostBytes);
        }
        lostBytes = 0;
        lost.forEach(packet -> packet.giveUp(reason));
        unsent.forEach(packet -> end(packet, unavailable(reason)));
    }

    BudgetGate budget() {
        return budget;
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
        shown.confirmed(queue, id);
    }

    /** What the server asks for is handed on with the next answers to the spool. */
    void replied(UploadEncryptedRecordResponse reply) {
        wishes.add(reply);
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        return shown.list();
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            Optional<Packet> next = next();
            while (next.isPresent() && hasPermit(next.get().part)) {
                waiting.remove(next.get());
                if (!send(next.get())) {
                    end(next.get(), unavailable("no connection to the broker"));
                }
                next = next();
            }
        } finally {
            pumping = false;
        }
    }

    /** The most important one; ranks without budget are turned away. */
    private Optional<Packet> next() {
        for (int rank = 0; rank < Rank.COUNT; rank++) {
            Optional<Packet> first = waiting.first(rank);
            if (first.isPresent()) {
                if (budget.allows(rank, first.get().bytes())) {
                    return first;
                }
                handBack(rank, budget.turnAway(rank, first.get().bytes()));
            }
        }
        return Optional.empty();
    }

    private boolean hasPermit(Part part) {
        if (inFlight.isEmpty()) {
            return true;
        }
        return !part.lone()
                && !inFlight.iterator().next().part.lone()
                && inFlight.size() < settings.inFlight()
                && bytesInFlight + part.bytes() <= settings.inFlightBytes();
    }

    private boolean send(Packet packet) {
        Part part = packet.part;
        byte[] payload = envelopes.of(part, limit.softBytes());
        if (!sender.send(payload, packet)) {
            return false;
        }
        inFlight.add(packet);
        bytesInFlight += part.bytes();
        budget.take(Rank.of(part.queue()), payload.length);
        long now = clock.monotonicNanos();
        part.queue()
                .ifPresent(
                        queue ->
                                part.ids()
                                        .forEach(
                                                run ->
                                                        shown.sent(
                                                                queue,
                                                                ids.published(queue, run, now))));
        return true;
    }

    private void end(Packet packet, Optional<ReportingException> why) {
        packet.part
                .queue()
                .ifPresent(queue -> packet.part.ids().forEach(run -> ids.release(queue, run)));
        Batch batch = packet.batch;
        if (!batch.ended(why)) {
            return;
        }
        batches--;
        Optional<ReportingException> failure = batch.failure();
        if (failure.isPresent() && !wishes.any()) {
            batch.answer().completeExceptionally(failure.get());
        } else {
            StatusCode code = failure.map(ReportingException::code).orElse(StatusCode.OK);
            long awaited = clock.monotonicNanos() - batch.offeredNanos();
            batch.answer().complete(answerFor(batch.queue(), code, awaited));
        }
    }

    private static Optional<ReportingException> unavailable(String reason) {
        return Optional.of(new ReportingException(StatusCode.UNAVAILABLE, reason));
    }

    private UploadEncryptedRecordResponse answerFor(
            Optional<QueueKey> queue, StatusCode code, long awaitedNanos) {
        UploadEncryptedRecordResponse.Builder answer =
                UploadEncryptedRecordResponse.newBuilder()
                        .setStatus(StatusProto.newBuilder().setCode(code.number()));
        long now = clock.monotonicNanos();
        queue.ifPresent(
                key -> answer.addAllCachedEventsSeqIds(ids.withheld(key, now, MAX_CACHED_IDS)));
        wishes.join(answer, awaitedNanos);
        return answer.build();
    }

    private void withhold(BatchSplitter.Oversized record) {
        ids.oversized(record.queue(), record.id(), clock.monotonicNanos());
        shown.oversized(record);
    }

    private static void fail(
            CompletableFuture<UploadEncryptedRecordResponse> answer,
            StatusCode code,
            String message) {
        answer.completeExceptionally(new ReportingException(code, message));
    }
}
