package io.armature.reporting.api.client;

import com.google.protobuf.MessageLite;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Priority;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a part of the device leaves its records. Any thread may call this; nothing blocks. Records
 * that one thread enqueues with the same priority keep their order. A stage fails with {@link
 * io.armature.reporting.api.ReportingException} only.
 *
 * <p>Each record gets the queue's destination and token, and the time of the call. When its stage
 * completes, it is forced to disk and survives power loss. The stage fails with
 *
 * <ul>
 *   <li>INVALID_ARGUMENT: no or undefined priority, or a value that is no JSON
 *   <li>FAILED_PRECONDITION: a clock beyond the year 2121, or the queue is closed
 *   <li>whatever the policy check threw
 *   <li>RESOURCE_EXHAUSTED: above the queue's rate; too many records or bytes wait for the spool
 *   <li>DATA_LOSS: the queue was closed before the spool was there
 *   <li>what the queue's creation failed with, and all that {@link
 *       io.armature.reporting.api.Reporting#enqueue} may fail with
 * </ul>
 *
 * Nothing was stored then.
 */
@ProviderType
public interface ReportQueue extends AutoCloseable {

    /** Stores a text, as UTF-8. */
    CompletionStage<Enqueued> enqueue(String text, Priority priority);

    /** Stores a message of protocol buffers, serialized by this call. */
    CompletionStage<Enqueued> enqueue(MessageLite message, Priority priority);

    /**
     * Stores a JSON object, written by this call.
     *
     * @param object values are strings, numbers, booleans, nulls, lists and further maps
     */
    CompletionStage<Enqueued> enqueueJson(Map<String, ?> object, Priority priority);

    /**
     * Starts an upload of everything of that priority; see {@link
     * io.armature.reporting.api.Reporting#flush}. Fails with FAILED_PRECONDITION while the spool is
     * not there yet.
     */
    CompletionStage<Void> flush(Priority priority);

    /**
     * Ends the queue. Records that wait for the spool fail with DATA_LOSS, those that were handed
     * to it are answered. Repeating it is harmless.
     */
    @Override
    void close();
}
