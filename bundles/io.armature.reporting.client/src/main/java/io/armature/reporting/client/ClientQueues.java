package io.armature.reporting.client;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.client.ReportQueues;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** All queues of the device; they begin when the first spool does. Any thread. */
public final class ClientQueues implements ReportQueues, AutoCloseable {

    private final DeviceClock clock;
    private final Executor executor;
    private final Duration creationLimit;
    private final SpeculativeLimits limits;
    private final Tally tally = new Tally();
    private final Set<ClientQueue> open = ConcurrentHashMap.newKeySet();
    private volatile Reporting spool;
    private volatile boolean closed;

    /**
     * @param executor hands over what waited, and answers what failed
     * @param creationLimit how long a queue waits for the first spool
     */
    public ClientQueues(
            DeviceClock clock,
            Executor executor,
            Duration creationLimit,
            SpeculativeLimits limits) {
        this.clock = clock;
        this.executor = executor;
        this.creationLimit = creationLimit;
        this.limits = limits;
    }

    /** A spool is there; it, or what stands in for it, stays from now on. */
    public void arrived(Reporting reporting) {
        spool = reporting;
        tally.arrived(reporting);
        open.forEach(queue -> executor.execute(() -> queue.ready(reporting)));
    }

    @Override
    public CompletionStage<ReportQueue> create(ReportQueueConfiguration configuration) {
        ClientQueue queue = begin(configuration);
        return queue.begun().thenApply(ready -> (ReportQueue) queue);
    }

    @Override
    public ReportQueue speculative(ReportQueueConfiguration configuration) {
        return begin(configuration);
    }

    private ClientQueue begin(ReportQueueConfiguration configuration) {
        RecordForm form;
        try {
            form = new RecordForm(configuration, clock, tally);
        } catch (ReportingException e) {
            ClientQueue never = new ClientQueue(null, limits, tally, queue -> {});
            never.refused(e);
            return never;
        }
        ClientQueue queue = new ClientQueue(form, limits, tally, open::remove);
        open.add(queue);
        Reporting present = spool; // read after the queue is among those that arrived() sees
        if (closed) {
            queue.refused(unavailable("The client library is stopping"));
        } else if (present != null) {
            queue.ready(present);
        } else {
            clock.after(
                    creationLimit,
                    executor,
                    () -> queue.late(unavailable("The daemon is still starting.")));
        }
        return queue;
    }

    private static ReportingException unavailable(String message) {
        return new ReportingException(StatusCode.UNAVAILABLE, message);
    }

    /** Closes all queues. */
    @Override
    public void close() {
        closed = true;
        List.copyOf(open).forEach(ClientQueue::close);
    }
}
