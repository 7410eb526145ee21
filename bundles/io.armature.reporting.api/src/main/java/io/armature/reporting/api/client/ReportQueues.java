package io.armature.reporting.api.client;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes queues for records; get it by {@code @Reference}. Any thread may call this; nothing blocks.
 * All queues end with the caller's hold on this service, as if they were closed.
 */
@ProviderType
public interface ReportQueues {

    /**
     * A queue, as soon as the spool is there.
     *
     * <p>Fails with {@link io.armature.reporting.api.ReportingException}: INVALID_ARGUMENT
     * (undefined destination, negative reserved space, rate of nothing), INTERNAL (records about a
     * user without a token: outside a browser nobody knows one) or UNAVAILABLE (no spool within the
     * provider's limit).
     */
    CompletionStage<ReportQueue> create(ReportQueueConfiguration configuration);

    /**
     * A speculative queue: it takes records at once and keeps them in memory, in their order and up
     * to the provider's limit, until the spool is there. What {@link #create} would fail with, its
     * records fail with, those that wait and all later ones. It is then like any other.
     */
    ReportQueue speculative(ReportQueueConfiguration configuration);
}
