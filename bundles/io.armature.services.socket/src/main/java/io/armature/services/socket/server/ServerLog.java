package io.armature.services.socket.server;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.RateLimit;
import io.armature.services.api.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What any process can bring about: of each kind one line in a while. Any thread. */
final class ServerLog {

    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private final RateLimit unaccepted;
    private final RateLimit refused;
    private final RateLimit unserved;
    private final RateLimit relieved;
    private final RateLimit failed;

    ServerLog(DeviceClock clock) {
        unaccepted = new RateLimit(clock);
        refused = new RateLimit(clock);
        unserved = new RateLimit(clock);
        relieved = new RateLimit(clock);
        failed = new RateLimit(clock);
    }

    /** Nobody can be accepted now. */
    void unaccepted(String reason) {
        unaccepted
                .permit()
                .ifPresent(
                        leftOut ->
                                LOG.warn(
                                        "a client cannot be accepted reason=\"{}\" left_out={}",
                                        reason,
                                        leftOut));
    }

    /** The kernel's or a policy's word is against this peer. */
    void refused(String who, String reason) {
        refused.permit()
                .ifPresent(
                        leftOut ->
                                LOG.warn(
                                        "peer refused who=\"{}\" reason=\"{}\" left_out={}",
                                        who,
                                        reason,
                                        leftOut));
    }

    /** There is no room or no connection for this peer. */
    void unserved(Identity who, String reason) {
        unserved.permit()
                .ifPresent(
                        leftOut ->
                                LOG.warn(
                                        "client cannot be served who=\"{}\" reason=\"{}\""
                                                + " left_out={}",
                                        who,
                                        reason,
                                        leftOut));
    }

    /** Everything has been taken from the peer that held most. */
    void relieved(Identity who, int held, long allowed) {
        relieved.permit()
                .ifPresent(
                        leftOut ->
                                LOG.warn(
                                        "too many open files, closing peer who=\"{}\" held={}"
                                                + " allowed={} left_out={}",
                                        who,
                                        held,
                                        allowed,
                                        leftOut));
    }

    /** What a bundle did with a message of this peer. */
    void listenerFailed(Identity who, Throwable failure) {
        failed.permit()
                .ifPresent(
                        leftOut ->
                                LOG.warn(
                                        "listener of a pipe failed who=\"{}\" left_out={}",
                                        who,
                                        leftOut,
                                        failure));
    }
}
