package io.armature.itest.fault;

import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private final Deque<ConfirmRecordUploadRequest> late = new ArrayDeque<>();

    /**
     * @param faults none for a perfect link
     */
    Link(FakeServer server, Tally tally, Optional<Random> faults) {
        this.server = server;
        this.tally = tally;
        this.faults = faults;
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
}
