package io.armature.backend.reporting.server;

import static io.armature.backend.reporting.server.SealedRecords.require;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.audit.LastWords;
import io.armature.backend.reporting.audit.Statement;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.storage.CheckpointModel;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.DeviceCounters;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.QueueCounters;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedCounters;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What must be true of a server whatever its devices send.
 *
 * <p>An input is a byte that says what it is, one of flags, and the content.
 */
final class UploadModel {

    private static final String DEVICE = "d";
    private static final int BATCH_ID_BYTES = 64;
    private static final byte[] SECRET = new byte[32];

    /** Made with the first input. */
    private static final class Holder {
        static final UploadModel MODEL = open();

        private Holder() {}
    }

    private final HandClock clock = new HandClock();
    private final NotingStorage storage = new NotingStorage();
    private final BlockingQueue<byte[]> replies = new LinkedBlockingQueue<>();
    private final ByteString key;
    private final SealedRecords records;
    private final ReportingServer server;

    private UploadModel(BackendKeys keys) throws Exception {
        byte[] open = new byte[32];
        Ed25519.generatePublicKey(SECRET, 0, open, 0);
        key = ByteString.copyFrom(open);
        records = new SealedRecords(keys);
        server =
                new ReportingServer(
                        keys,
                        storage,
                        this::sent,
                        device -> true,
                        clock,
                        new ReportingServer.Limits(1, 64 << 20, 1 << 20));
    }

    private static UploadModel open() {
        try {
            Path folder = Files.createTempDirectory("armature");
            try {
                byte[] next = {0};
                return new UploadModel(
                        BackendKeys.open(
                                folder.resolve("own/keys"),
                                new PlainFiles(),
                                target -> Arrays.fill(target, ++next[0])));
            } finally {
                new ProcessBuilder("rm", "-r", folder.toString()).start().waitFor();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void sent(String topic, byte[] payload) {
        if (topic.equals("armature/v1/d/down/reply")) {
            replies.add(payload);
        }
    }

    /** Reads one input; fails if anything but what makes sense is taken, or that is not. */
    static void check(byte[] input) throws Exception {
        if (input.length > 1) {
            Holder.MODEL.run(input[0] & 7, input[1], Arrays.copyOfRange(input, 2, input.length));
        }
    }

    private void run(int kind, int flags, byte[] content) throws Exception {
        storage.notes.clear();
        storage.notes.put(Statement.KEY_NOTE, key);
        storage.stored.clear();
        switch (kind) {
            case 0 ->
                    CheckpointModel.check(
                            content, flags == 0 ? Optional.empty() : Optional.of(flags & 0x7F | 1));
            case 1 -> statement(content, flags);
            case 2 -> words(content);
            case 3, 4 -> records.check(content, flags & 0xFF);
            default -> upload(content);
        }
    }

    private void upload(byte[] payload) throws Exception {
        clock.advance(Duration.ofMinutes(1));
        long malformed = server.counts().malformed();
        long refused = server.counts().statements();
        server.received("armature/v1/d/up", payload);
        Optional<UploadEnvelope> envelope = envelope(payload);
        if (envelope.isEmpty()) {
            require(server.counts().malformed() == malformed + 1, "not counted");
            require(replies.isEmpty() && storage.stored.isEmpty(), "answered");
            return;
        }
        byte[] answer = replies.poll(60, TimeUnit.SECONDS);
        require(answer != null, "no answer");
        ReplyEnvelope reply = ReplyEnvelope.parseFrom(answer);
        require(reply.getBatchId().equals(envelope.get().getBatchId()), "of another batch");
        require(reply.getResponse().getStatus().getCode() == 0, "refused");
        int bad = arrivals(envelope.get());
        long counted = server.counts().malformed() - malformed;
        // Once for each piece of a long upload.
        require(counted <= bad && (counted > 0) == (bad > 0), counted + " counted of " + bad);
        boolean noted = storage.notes.containsKey(Statement.NOTE);
        boolean wrong = server.counts().statements() > refused;
        require(envelope.get().hasCounters() == (noted ^ wrong), "statement");
    }

    private static Optional<UploadEnvelope> envelope(byte[] payload) {
        try {
            UploadEnvelope envelope = UploadEnvelope.parseFrom(payload);
            boolean good = envelope.hasRequest() && envelope.getBatchId().size() <= BATCH_ID_BYTES;
            return good ? Optional.of(envelope) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Compares what was stored; how many records have no place. */
    private int arrivals(UploadEnvelope envelope) {
        int bad = 0;
        Iterator<Arrival> stored = storage.stored.iterator();
        for (EncryptedRecord record : envelope.getRequest().getEncryptedRecordList()) {
            SequenceInformation at = record.getSequenceInformation();
            long id = at.getSequencingId();
            boolean good =
                    isQueue(at.getPriority(), at.getGenerationGuid(), at.getGenerationId())
                            && id >= 0
                            && id != Long.MAX_VALUE;
            if (!good) {
                bad++;
                continue;
            }
            require(stored.hasNext(), "left out");
            Arrival arrival = stored.next();
            require(arrival.id() == id, "another id");
            require(
                    arrival.queue().generationGuid().equals(at.getGenerationGuid())
                            && arrival.queue().generationId() == at.getGenerationId()
                            && arrival.queue().priority() == at.getPriority(),
                    "another queue");
            require(arrival.content().isEmpty() == (id % 10 == 7), "opened or not");
            arrival.content()
                    .ifPresent(
                            content ->
                                    require(
                                            content instanceof Content.Gap
                                                    != record.hasEncryptedWrappedRecord(),
                                            "gap or not"));
        }
        require(!stored.hasNext(), "more than was sent");
        return bad;
    }

    private static boolean isQueue(Priority priority, String guid, long generation) {
        boolean hex = guid.length() == 36;
        for (int i = 0; hex && i < guid.length(); i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            hex = (dash ? "-" : "0123456789abcdef").indexOf(guid.charAt(i)) >= 0;
        }
        return priority != Priority.UNDEFINED_PRIORITY
                && (guid.isEmpty() || hex)
                && generation >= 1;
    }

    private static SignedCounters signed(ByteString counters, int flags) {
        byte[] message = Statement.message((flags & 1) == 0 ? DEVICE : "e", counters);
        if ((flags & 2) != 0) {
            message[message.length - 1] ^= 1;
        }
        byte[] signature = new byte[64];
        Ed25519.sign(SECRET, 0, message, 0, message.length, signature, 0);
        ByteString whole = ByteString.copyFrom(signature);
        return SignedCounters.newBuilder()
                .setCounters(counters)
                .setSignature((flags & 4) == 0 ? whole : whole.substring(1))
                .build();
    }

    private void statement(byte[] content, int flags) {
        ByteString counters = ByteString.copyFrom(content);
        Optional<Statement> said =
                Statement.of(
                        DEVICE, (flags & 8) == 0 ? key : key.substring(1), signed(counters, flags));
        Optional<Map<QueueName, Statement.Queue>> model =
                (flags & 15) == 0 ? model(counters) : Optional.empty();
        require(said.map(Statement::queues).equals(model), said + ", but the model " + model);
    }

    private static Optional<Map<QueueName, Statement.Queue>> model(ByteString counters) {
        try {
            Map<QueueName, Statement.Queue> queues = new LinkedHashMap<>();
            for (QueueCounters one : DeviceCounters.parseFrom(counters).getQueueList()) {
                long accepted = one.getAccepted();
                long kept = one.getFirstUnconfirmedId();
                boolean good =
                        isQueue(one.getPriority(), one.getGenerationGuid(), one.getGenerationId())
                                && one.getShed() >= 0
                                && kept >= 0
                                && accepted >= one.getShed()
                                && accepted >= kept;
                if (!good) {
                    return Optional.empty();
                }
                queues.put(
                        new QueueName(
                                DEVICE,
                                one.getPriority(),
                                one.getGenerationGuid(),
                                one.getGenerationId()),
                        new Statement.Queue(accepted, one.getShed(), kept));
            }
            return Optional.of(queues);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Notes a statement without queues over any note: what that said of queues stays. */
    private void words(byte[] note) throws Exception {
        storage.notes.put(Statement.NOTE, ByteString.copyFrom(note));
        LastWords before = LastWords.of(storage, DEVICE);
        SignedCounters signed = signed(DeviceCounters.getDefaultInstance().toByteString(), 0);
        Statement said = Statement.of(DEVICE, key, signed).orElseThrow();
        storage.note(
                DEVICE,
                Statement.NOTE,
                before.with(signed, said, clock.wall(), (queue, id) -> false));
        LastWords after = LastWords.of(storage, DEVICE);
        require(after.last().isPresent(), "the statement is lost");
        before.queues()
                .forEach(
                        (name, queue) -> {
                            Statement.Queue then = after.queues().get(name);
                            boolean empty = queue.accepted() == 0 && queue.shed() == 0;
                            require(empty == (then == null), "queue left out or not");
                            require(
                                    empty
                                            || then.accepted() == queue.accepted()
                                                    && then.shed() == queue.shed()
                                                    && then.kept() == queue.accepted(),
                                    "another word");
                        });
    }
}
