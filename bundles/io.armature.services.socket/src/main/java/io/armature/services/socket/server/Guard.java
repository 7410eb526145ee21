package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps descriptors free for the rest of the process: at 80 % of the limit, the peer that holds
 * most loses everything. Looks when something is to be held, never by a timer; counts what the
 * process has only now and then, and where that is a walk over it, not before as many things came
 * as it walks over. One thread.
 */
final class Guard {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final int LOOK_EVERY = 256;

    private final Peers peers;
    private final OpenFiles files;
    private final long allowed;
    private final ServerLog log;
    private int others;
    private int until;

    /**
     * @param limit descriptors that the process may have
     */
    Guard(Peers peers, OpenFiles files, long limit, ServerLog log) {
        this.peers = peers;
        this.files = files;
        this.allowed = limit / 10 * 8;
        this.log = log;
    }

    /** Something is to be held. */
    void check() {
        if (--until < 0) {
            look();
        }
        if (others + peers.held() >= allowed) {
            look();
            if (others + peers.held() >= allowed) {
                relieve();
            }
        }
    }

    /** Takes everything from the peer that holds most. */
    void relieve() {
        peers.worst()
                .ifPresent(
                        worst -> {
                            log.relieved(worst.identity(), worst.descriptors(), allowed);
                            worst.end(
                                    CloseReason.of(
                                            ErrorCode.UNKNOWN,
                                            "this process held most descriptors, "
                                                    + worst.descriptors()
                                                    + ", when they became scarce"));
                        });
    }

    private void look() {
        until = LOOK_EVERY;
        try {
            int count = files.count();
            others = Math.max(0, count - peers.held());
            until = files.areTold() ? LOOK_EVERY : Math.max(LOOK_EVERY, count);
        } catch (IOException e) {
            LOG.debug("open files cannot be counted", e);
        }
    }
}
