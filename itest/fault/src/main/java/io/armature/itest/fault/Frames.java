package io.armature.itest.fault;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.Priority;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/** What campaign and device process tell each other over two pipes. */
final class Frames {

    static final int ENQUEUE = 1;
    static final int REPLY = 2;
    static final int CONFIRM = 3;
    static final int DRAIN = 4;
    static final int KEY = 5;
    static final int SWAP = 6;

    static final int READY = 16;
    static final int ACCEPTED = 17;
    static final int REFUSED = 18;
    static final int UPLOAD = 19;
    static final int WAITING = 20;
    static final int COUNTERS = 21;

    private Frames() {}

    static void writeOffer(DataOutputStream out, Offer offer) throws IOException {
        out.writeByte(ENQUEUE);
        writeKey(out, offer.key());
        out.writeByte(offer.priority().getNumber());
        out.writeUTF(offer.token());
        writeBytes(out, offer.content());
    }

    static Offer readOffer(DataInputStream in) throws IOException {
        Offer.Key key = readKey(in);
        Priority priority = Priority.forNumber(in.readByte());
        return new Offer(key.writer(), key.number(), priority, in.readUTF(), readBytes(in));
    }

    static void writeKey(DataOutputStream out, Offer.Key key) throws IOException {
        out.writeInt(key.writer());
        out.writeLong(key.number());
    }

    static Offer.Key readKey(DataInputStream in) throws IOException {
        return new Offer.Key(in.readInt(), in.readLong());
    }

    static void writePosition(DataOutputStream out, Enqueued position) throws IOException {
        out.writeByte(position.priority().getNumber());
        out.writeUTF(position.generationGuid());
        out.writeLong(position.generationId());
        out.writeLong(position.sequencingId());
    }

    static Enqueued readPosition(DataInputStream in) throws IOException {
        Priority priority = Priority.forNumber(in.readByte());
        return new Enqueued(priority, in.readUTF(), in.readLong(), in.readLong());
    }

    static void writeCounters(DataOutputStream out, QueueState queue) throws IOException {
        out.writeByte(COUNTERS);
        out.writeByte(queue.priority().getNumber());
        out.writeUTF(queue.generationGuid());
        out.writeLong(queue.generationId());
        out.writeLong(queue.counters().accepted());
        out.writeLong(queue.counters().shed());
        out.writeLong(queue.counters().highestShedId());
    }

    static FakeServer.Queue readQueue(DataInputStream in) throws IOException {
        return new FakeServer.Queue(in.readByte(), in.readUTF(), in.readLong());
    }

    static QueueCounters readCounters(DataInputStream in) throws IOException {
        return new QueueCounters(in.readLong(), in.readLong(), in.readLong());
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a frame ends after " + bytes.length + " bytes");
        }
        return bytes;
    }
}
