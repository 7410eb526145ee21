package io.armature.reporting.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.proto.UploadEnvelope;
import java.util.ArrayList;
import java.util.List;

/** What a broker would get; acknowledged by hand. */
final class HandSender implements Outbox.Sender {
    final List<UploadEnvelope> sent = new ArrayList<>();
    final List<Listener> open = new ArrayList<>();
    boolean connected = true;

    @Override
    public boolean send(byte[] payload, Listener listener) {
        if (!connected) {
            return false;
        }
        try {
            sent.add(UploadEnvelope.parseFrom(payload));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        open.add(listener);
        return true;
    }

    /** Acknowledges the oldest. */
    void acknowledge() {
        open.remove(0).acknowledged();
    }

    List<Long> lastIds() {
        return sent.get(sent.size() - 1).getRequest().getEncryptedRecordList().stream()
                .map(record -> record.getSequenceInformation().getSequencingId())
                .toList();
    }
}
