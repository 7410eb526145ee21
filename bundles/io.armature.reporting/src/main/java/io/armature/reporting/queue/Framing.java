package io.armature.reporting.queue;

import com.google.protobuf.CodedOutputStream;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.WrappedRecord;
import io.armature.reporting.segment.FrameFormat;
import java.io.IOException;
import java.util.Arrays;

/** Makes the bytes of a frame of a record: wraps, seals, frames. */
final class Framing {

    private Framing() {}

    static byte[] frame(
            Ground ground, long generationId, long id, PendingWrite write, byte[] previous)
            throws ReportingException {
        byte[] wrapped = wrapped(write.record, write.digest, previous);
        EncryptedRecord sealed = ground.sealing().seal(wrapped);
        int length = sealed.getSerializedSize();
        if (length > FrameFormat.MAX_PAYLOAD_BYTES) {
            throw new ReportingException(
                    StatusCode.OUT_OF_RANGE, "Too much data to be recorded at once");
        }
        byte[] frame = new byte[FrameFormat.HEADER_BYTES + length];
        try {
            sealed.writeTo(CodedOutputStream.newInstance(frame, FrameFormat.HEADER_BYTES, length));
        } catch (IOException e) {
            throw new ReportingException(StatusCode.INTERNAL, "Cannot serialize record", e);
        }
        FrameFormat.complete(frame, generationId, id, ground.wallMicros(), write.digest);
        return frame;
    }

    /** A serialized WrappedRecord, without parsing or serializing the record again. */
    private static byte[] wrapped(byte[] record, byte[] digest, byte[] previous)
            throws ReportingException {
        int bound = record.length + digest.length + (previous == null ? 0 : previous.length) + 32;
        byte[] target = new byte[bound];
        CodedOutputStream out = CodedOutputStream.newInstance(target);
        try {
            out.writeByteArray(WrappedRecord.RECORD_FIELD_NUMBER, record);
            out.writeByteArray(WrappedRecord.RECORD_DIGEST_FIELD_NUMBER, digest);
            if (previous != null) {
                out.writeByteArray(WrappedRecord.LAST_RECORD_DIGEST_FIELD_NUMBER, previous);
            }
        } catch (IOException e) {
            throw new ReportingException(StatusCode.INTERNAL, "Cannot wrap record", e);
        }
        return Arrays.copyOf(target, out.getTotalBytesWritten());
    }
}
