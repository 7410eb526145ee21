package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.seal.Sealing;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an instance: the files are given to the next one only when nothing of this one can
 * touch them any more, however long its last steps take on the disk.
 */
final class Ending {

    private static final Logger log = LoggerFactory.getLogger(Ending.class);

    /** The threads of a spool, but for those of its queues and keys. */
    record Pools(ThreadPoolExecutor sealers, ThreadPoolExecutor jobs, ThreadPoolExecutor answers) {}

    private final Pools pools;
    private final Function<SpoolCore, Handover> last;
    private final Keepsake memory;

    /**
     * @param last what the next instance needs, asked when nothing changes any more
     * @param memory has that even if the disk does not take it
     */
    Ending(Pools pools, Function<SpoolCore, Handover> last, Keepsake memory) {
        this.pools = pools;
        this.last = last;
        this.memory = memory;
    }

    /** What calls get from the end on. */
    static ReportingException stopping() {
        return new ReportingException(StatusCode.UNAVAILABLE, "The spool is stopping; try again");
    }

    /** What those get who wait for a key. */
    static ReportingException keyless() {
        return new ReportingException(
                StatusCode.UNAVAILABLE, "Key not delivered - Storage shuts down");
    }

    /**
     * Ends all of it on a thread of its own.
     *
     * @param core if it was opened, asked at the beginning and at the end
     * @param stored completes when its queues are closed
     * @param quiet completes when no call is under way; not waited for after the given time
     * @return completes when the files are free
     */
    CompletableFuture<Void> begin(
            Supplier<Optional<SpoolCore>> core,
            CompletableFuture<Void> stored,
            CompletableFuture<Void> quiet,
            long quietNanos) {
        return Workers.detached(
                "reporting-ending",
                () -> {
                    try {
                        core.get().map(SpoolCore::sealing).ifPresent(Sealing::close);
                        Workers.await(quiet, quietNanos);
                    } finally {
                        Workers.end(pools.sealers());
                        Workers.end(pools.jobs());
                        stored.exceptionally(failure -> null).join();
                        Workers.end(pools.answers());
                        core.get().ifPresent(this::leave);
                    }
                });
    }

    /** Gives the files away, with what is known of them. Nobody works with them any more. */
    private void leave(SpoolCore core) {
        try {
            core.sealing().close();
            last.apply(core).leave(core.storage(), memory);
        } catch (IOException e) {
            log.warn("handed over in memory only error=\"{}\"", e.toString());
        } finally {
            core.leave();
        }
    }
}
