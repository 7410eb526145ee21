package io.armature.itest.fault;

import io.armature.platform.api.Fault;
import io.armature.reporting.BareSpool;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * A device that is nothing but a spool: takes records from standard input, uploads to standard
 * output, and dies as its arguments say, see {@link DeviceLife}.
 */
final class SpoolDevice implements Uploader {

    private static final int CALLERS = 2;
    private static final int STRANGER_BYTES = 48;

    private final DataOutputStream out;
    private final DeviceLife life;
    private final Storage storage;
    private final Map<Long, CompletableFuture<UploadEncryptedRecordResponse>> uploads =
            new ConcurrentHashMap<>();
    private final AtomicLong batches = new AtomicLong();
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService callers =
            Executors.newFixedThreadPool(
                    CALLERS,
                    task -> {
                        Thread thread = new Thread(task, "caller");
                        waiting.add(thread);
                        return thread;
                    });
    private volatile BareSpool spool;
    private volatile boolean draining;

    private SpoolDevice(DataOutputStream out, DeviceLife life, Storage storage) {
        this.out = out;
        this.life = life;
        this.storage = storage;
    }

    /** Runs until killed or until standard input ends. */
    public static void main(String[] args) throws IOException {
        DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(
                                new FileOutputStream(FileDescriptor.out), 1 << 16));
        System.setOut(System.err);
        DeviceLife life = DeviceLife.parse(args);
        SpoolDevice device = new SpoolDevice(out, life, disk(life));
        device.start();
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(System.in, 1 << 16))) {
            while (true) {
                device.receive(in);
            }
        } catch (EOFException e) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** In every life there is something that does not belong there. */
    private static Storage disk(DeviceLife life) throws IOException {
        AtomicReference<Steps> steps = new AtomicReference<>((step, name) -> {});
        Storage disk =
                MutantDisk.open(
                        DeviceLife.platter(life.directory()),
                        life.mutant(),
                        (step, name) -> steps.get().before(step, name),
                        life.seed());
        String stranger = FaultPoint.STRANGER + Long.toHexString(life.seed());
        if (!disk.exists(stranger)) {
            try (StorageFile file = disk.create(stranger)) {
                file.write(ByteBuffer.wrap(new byte[STRANGER_BYTES]), 0);
                file.force(true);
            }
            disk.forceDirectory("");
        }
        HealthBefore.prepare(disk, life);
        Storage paced =
                life.room().force().isZero()
                        ? disk
                        : new SlowForceStorage(disk, life.room().force());
        Storage readable = life.badBlocks() ? BadTail.over(paced) : paced;
        steps.set(
                new Injector(life.injections(), life.haltAt(), DeviceLife.notes(life.directory())));
        return readable;
    }

    private void start() {
        spool =
                BareSpool.start(
                        storage,
                        DeviceLife.keys(life.directory()),
                        new FastClock(),
                        this,
                        life.room().bytes());
        reporting().recordHealth(life.health());
        reporting()
                .queues()
                .whenComplete(
                        (queues, failure) -> {
                            if (failure != null) {
                                failure.printStackTrace(System.err);
                            }
                            send(o -> o.writeByte(Frames.READY));
                        });
    }

    /** As an update of the bundle: callers wait, and some of them are interrupted. */
    private void swap() {
        waiting.forEach(Thread::interrupt);
        spool.close();
        start();
    }

    private Reporting reporting() {
        return spool.reporting();
    }

    private void receive(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        switch (type) {
            case Frames.ENQUEUE -> enqueue(Frames.readOffer(in));
            case Frames.REPLY -> reply(in.readLong(), in.readBoolean());
            case Frames.CONFIRM ->
                    confirm(ConfirmRecordUploadRequest.parseFrom(Frames.readBytes(in)));
            case Frames.DRAIN -> drain();
            case Frames.KEY -> key(SignedEncryptionInfo.parseFrom(Frames.readBytes(in)));
            case Frames.SWAP -> new Thread(this::swap, "swap").start();
            default -> throw new IOException("frame of unknown type " + type);
        }
    }

    private void enqueue(Offer offer) {
        CompletableFuture<Enqueued> answer =
                reporting().enqueue(offer.request()).toCompletableFuture();
        answer.whenComplete((position, failure) -> send(o -> answer(o, offer, position, failure)));
        if (offer.number() % 2 == 0) {
            callers.execute(() -> awaitAnswer(answer));
        }
    }

    /** Waits as a caller does that writes by itself. */
    private static void awaitAnswer(CompletableFuture<Enqueued> answer) {
        try {
            answer.join();
        } catch (CompletionException e) {
            // told already
        }
    }

    private static void answer(
            DataOutputStream out, Offer offer, Enqueued position, Throwable failure)
            throws IOException {
        if (failure == null) {
            out.writeByte(Frames.ACCEPTED);
            Frames.writeKey(out, offer.key());
            Frames.writePosition(out, position);
        } else {
            out.writeByte(Frames.REFUSED);
            Frames.writeKey(out, offer.key());
            out.writeUTF(failure.toString());
        }
    }

    @Override
    public CompletionStage<UploadEncryptedRecordResponse> upload(
            UploadEncryptedRecordRequest request) {
        long id = batches.incrementAndGet();
        CompletableFuture<UploadEncryptedRecordResponse> reply = new CompletableFuture<>();
        uploads.put(id, reply);
        if (life.mutant() == Mutant.DELETE_BEFORE_CONFIRM) {
            reply.thenRun(() -> confirmEnd(request.getEncryptedRecordList()));
        }
        // As a bridge would, so that the server can tell shed ids from lost ones.
        counters(request.getEncryptedRecordList());
        send(
                o -> {
                    o.writeByte(Frames.UPLOAD);
                    o.writeLong(id);
                    Frames.writeBytes(o, request.toByteArray());
                });
        return reply;
    }

    private void counters(List<EncryptedRecord> batch) {
        BareSpool own = spool;
        if (own == null || batch.isEmpty()) {
            return;
        }
        SequenceInformation at = batch.get(0).getSequenceInformation();
        own.levels().stream()
                .filter(queue -> queue.generationId() == at.getGenerationId())
                .findFirst()
                .ifPresent(queue -> send(o -> Frames.writeCounters(o, queue)));
    }

    /** {@link Mutant#DELETE_BEFORE_CONFIRM}: that the batch was taken counts as confirmation. */
    private void confirmEnd(List<EncryptedRecord> batch) {
        if (!batch.isEmpty()) {
            confirm(
                    ConfirmRecordUploadRequest.newBuilder()
                            .setSequenceInformation(
                                    batch.get(batch.size() - 1).getSequenceInformation())
                            .build());
        }
    }

    private void reply(long id, boolean taken) {
        CompletableFuture<UploadEncryptedRecordResponse> reply = uploads.remove(id);
        if (taken) {
            reply.complete(
                    UploadEncryptedRecordResponse.newBuilder()
                            .setStatus(StatusProto.newBuilder().setCode(0))
                            .build());
        } else {
            reply.completeExceptionally(new IOException("the link is down"));
        }
    }

    private void confirm(ConfirmRecordUploadRequest request) {
        reporting()
                .confirm(request)
                .whenComplete(
                        (done, failure) -> {
                            if (draining) {
                                tellWaiting();
                            }
                        });
    }

    private void key(SignedEncryptionInfo key) {
        reporting()
                .updateKey(key)
                .exceptionally(
                        failure -> {
                            failure.printStackTrace(System.err);
                            return null;
                        });
    }

    private void drain() {
        draining = true;
        for (Priority priority : Priority.values()) {
            if (priority != Priority.UNDEFINED_PRIORITY) {
                reporting().flush(priority).whenComplete((done, failure) -> tellWaiting());
            }
        }
    }

    private void tellWaiting() {
        reporting()
                .queues()
                .whenComplete(
                        (queues, failure) -> {
                            if (failure == null) {
                                send(o -> waiting(o, queues));
                            }
                        });
    }

    private void waiting(DataOutputStream out, List<QueueState> queues) throws IOException {
        long records = queues.stream().mapToLong(q -> q.nextId() - q.firstUnconfirmedId()).sum();
        out.writeByte(Frames.WAITING);
        out.writeLong(records);
        out.writeUTF(
                spool.faults().stream()
                        .filter(fault -> fault.subject().startsWith("queue "))
                        .map(Fault::toString)
                        .collect(Collectors.joining("; ")));
    }

    /** One frame. */
    private interface Frame {
        void write(DataOutputStream out) throws IOException;
    }

    private void send(Frame frame) {
        synchronized (out) {
            try {
                frame.write(out);
                out.flush();
            } catch (IOException e) {
                // The campaign has gone.
                Runtime.getRuntime().halt(1);
            }
        }
    }
}
