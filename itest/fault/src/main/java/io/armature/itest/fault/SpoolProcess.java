package io.armature.itest.fault;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The campaign's end of a device process. Any thread may call this. */
final class SpoolProcess implements AutoCloseable {

    /** Hears what the device says, on one thread of the process's. */
    interface Listener {
        void ready();

        void accepted(Offer.Key key, Enqueued position);

        void refused(Offer.Key key, String reason);

        void batch(long id, UploadEncryptedRecordRequest request);

        /**
         * Answers a drain.
         *
         * @param records that the server has not confirmed
         * @param offline a line for each queue that is offline
         */
        void waiting(long records, String offline);

        void counters(FakeServer.Queue queue, QueueCounters counters);

        /** The pipe has ended: everything the device ever said was heard. */
        void ended();
    }

    private final Process process;
    private final DataOutputStream toDevice;
    private final Thread reader;

    private SpoolProcess(Process process, Listener listener) {
        this.process = process;
        this.toDevice =
                new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        this.reader = new Thread(() -> read(listener), "device-reader");
    }

    /**
     * @param life how the device lives and dies
     */
    static SpoolProcess start(DeviceLife life, Listener listener) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-Xmx512m",
                                "-cp",
                                life.classPath(),
                                SpoolDevice.class.getName()));
        command.addAll(life.arguments());
        Process process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(life.log().toFile()))
                        .start();
        SpoolProcess device = new SpoolProcess(process, listener);
        device.reader.start();
        return device;
    }

    void offer(Offer offer) throws IOException {
        synchronized (toDevice) {
            Frames.writeOffer(toDevice, offer);
            toDevice.flush();
        }
    }

    /** Answers a batch; {@code taken} false lets the upload fail. */
    void reply(long batch, boolean taken) throws IOException {
        synchronized (toDevice) {
            toDevice.writeByte(Frames.REPLY);
            toDevice.writeLong(batch);
            toDevice.writeBoolean(taken);
            toDevice.flush();
        }
    }

    void confirm(ConfirmRecordUploadRequest request) throws IOException {
        synchronized (toDevice) {
            toDevice.writeByte(Frames.CONFIRM);
            Frames.writeBytes(toDevice, request.toByteArray());
            toDevice.flush();
        }
    }

    /** The server sends its key, again or not. */
    void key(SignedEncryptionInfo key) throws IOException {
        synchronized (toDevice) {
            toDevice.writeByte(Frames.KEY);
            Frames.writeBytes(toDevice, key.toByteArray());
            toDevice.flush();
        }
    }

    /** Has another instance take the spool over in the same process, while callers wait. */
    void swap() throws IOException {
        synchronized (toDevice) {
            toDevice.writeByte(Frames.SWAP);
            toDevice.flush();
        }
    }

    /** Asks to upload everything; the device says what waits, now and after each confirmation. */
    void drain() throws IOException {
        synchronized (toDevice) {
            toDevice.writeByte(Frames.DRAIN);
            toDevice.flush();
        }
    }

    /** SIGKILL. What the device said before stays readable, unlike after Process.destroy. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits until the process has gone and all it said was heard. */
    int awaitEnd(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("device still runs after " + seconds + " s");
        }
        reader.join(TimeUnit.SECONDS.toMillis(seconds));
        if (reader.isAlive()) {
            throw new IllegalStateException("the device's pipe has not ended");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }

    private void read(Listener listener) {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
            while (true) {
                dispatch(in.readUnsignedByte(), in, listener);
            }
        } catch (EOFException e) {
            listener.ended();
        } catch (IOException e) {
            listener.ended();
            throw new UncheckedIOException(e);
        }
    }

    private static void dispatch(int type, DataInputStream in, Listener listener)
            throws IOException {
        switch (type) {
            case Frames.READY -> listener.ready();
            case Frames.ACCEPTED -> listener.accepted(Frames.readKey(in), Frames.readPosition(in));
            case Frames.REFUSED -> listener.refused(Frames.readKey(in), in.readUTF());
            case Frames.UPLOAD ->
                    listener.batch(
                            in.readLong(),
                            UploadEncryptedRecordRequest.parseFrom(Frames.readBytes(in)));
            case Frames.COUNTERS ->
                    listener.counters(Frames.readQueue(in), Frames.readCounters(in));
            case Frames.WAITING -> listener.waiting(in.readLong(), in.readUTF());
            default -> throw new IOException("frame of unknown type " + type);
        }
    }
}
