package io.armature.itest.fault;

import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The way to the server and back. A bad link loses batches after it has taken them, refuses some,
 * loses confirmations, and delivers others late. Confined to one thread at a time.
 */
final class Link {

    private static final int LATE = 3;

    private final FakeServer server;
    private final Tally tally;
    private final Optional<Random> faults;
    private final Mutant mutant;
    private final Deque<ConfirmRecordUploadRequest> late = new ArrayDeque<>();

    /**
     * @param faults none for a perfect link
     * @param mutant for the defect of the server
     */
    Link(FakeServer server, Tally tally, Optional<Random> faults, Mutant mutant) {
        this.server = server;
        this.tally = tally;
        this.faults = faults;
        this.mutant = mutant;
    }

    void carry(SpoolProcess device, long batch, UploadEncryptedRecordRequest request)
            throws IOException {
        int luck = faults.map(f -> f.nextInt(100)).orElse(100);
        if (luck < 10) {
            device.reply(batch, false);
            return;
        }
        if (luck < 25) {
            tally.batchLost();
            device.reply(batch, true);
            return;
        }
        if (mutant == Mutant.CONFIRM_BEFORE_STORAGE && luck < 40) {
            confirmAndDie(device, batch, request.getEncryptedRecordList());
            return;
        }
        // The server stores first and confirms then; the device's bridge replied long before.
        Optional<SequenceInformation> end = server.store(request.getEncryptedRecordList());
        device.reply(batch, true);
        if (end.isEmpty() || luck < 40) {
            return;
        }
        late.add(ConfirmRecordUploadRequest.newBuilder().setSequenceInformation(end.get()).build());
        if (luck >= 60 || late.size() > LATE) {
            while (!late.isEmpty()) {
                device.confirm(late.poll());
            }
        }
    }

    /** The server's defect: it confirms, and dies before it has stored. */
    private static void confirmAndDie(
            SpoolProcess device, long batch, List<EncryptedRecord> records) throws IOException {
        device.reply(batch, true);
        if (!records.isEmpty()) {
            device.confirm(
                    ConfirmRecordUploadRequest.newBuilder()
                            .setSequenceInformation(
                                    records.get(records.size() - 1).getSequenceInformation())
                            .build());
        }
    }
}
