package io.armature.backend.api.storage;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the records of devices, each id of a queue once, and knows which ids may be confirmed.
 *
 * <p>One thread at a time calls {@link #store} and {@link #close}; any thread may call the rest,
 * also meanwhile. All but {@link #passed} and {@link #faults} may block.
 */
@ConsumerType
public interface RecordStorage extends Closeable {

    /**
     * Whether an id is stored for sure and its content need not be opened again. False is always
     * allowed. Called for each record that comes; must not block.
     */
    boolean passed(QueueName queue, long id);

    /**
     * Stores records that are not stored yet, all or none. When this returns, they survive power
     * loss, and what it returns may be confirmed. A record that comes again changes nothing of what
     * is stored; if its content is another one, that is counted.
     *
     * @param arrivals in the order in which they came
     * @param missed devices of which uploads were dropped: what is missing of theirs may still come
     * @return queues of which ids were stored, or came again, with the highest id up to which all
     *     are stored; without those of which id 0 is missing
     * @throws IOException if nothing of this is sure to be stored; nothing may be confirmed
     */
    Map<QueueName, Long> store(List<Arrival> arrivals, Set<String> missed) throws IOException;

    /** What each device has sent so far, by its id. */
    Map<String, DeviceCounts> counts() throws IOException;

    /**
     * Reads stored records by device, each device's in the order of storing.
     *
     * @param device only this device's, else all
     */
    void read(Optional<String> device, RecordSink sink) throws IOException;

    /**
     * Reads as {@link #read}, then goes on with new records until told to end; what was stored
     * before that is read.
     */
    void follow(Optional<String> device, RecordSink sink, BooleanSupplier end)
            throws IOException, InterruptedException;

    /** Has whoever follows look whether it should end. */
    void wake();

    /**
     * Reads what is stored of each id, and nothing else: no counter, no cache. Entries of one queue
     * come in any order, but one call sees all that was stored when it began.
     *
     * @param device only this device's, else all
     */
    void ids(Optional<String> device, IdSink sink) throws IOException;

    /**
     * Notes a fact about a device, in place of one of that name. Durable on return.
     *
     * @param name 1 to 64 characters of {@code [A-Za-z0-9_-]}
     * @param value up to 64 KiB
     */
    void note(String device, String name, ByteString value) throws IOException;

    /** What was noted of a device by name, here or by another server on this storage. */
    Map<String, ByteString> noted(String device) throws IOException;

    /** The devices of which anything was noted. */
    Set<String> notedDevices() throws IOException;

    /**
     * Whether records can be stored now, found out by trying something that changes nothing. One on
     * the disk of the server need not try.
     *
     * @throws IOException if not
     */
    default void probe() throws IOException {}

    /** What is wrong with it now; must not block. */
    List<Fault> faults();
}
