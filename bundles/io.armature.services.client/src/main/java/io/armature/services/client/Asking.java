package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.proto.Request;
import io.armature.services.proto.ToManager;
import io.armature.services.wire.Descriptor;
import java.time.Duration;
import java.util.Optional;

/** A request that has not been sent yet. Loop's thread only. */
final class Asking {

    private static final long LONGEST_MICROS = Long.MAX_VALUE / 1_000;

    private final String name;
    private final Pipe near;
    private final Optional<Descriptor> far;
    private final Optional<Duration> timeout;
    private final long made;

    /**
     * @param far what the manager gets; absent: the pipe is a channel
     */
    Asking(
            String name,
            Pipe near,
            Optional<Descriptor> far,
            Optional<Duration> timeout,
            long made) {
        this.name = name;
        this.near = near;
        this.far = far;
        this.timeout = timeout;
        this.made = made;
    }

    Optional<Duration> timeout() {
        return timeout;
    }

    /** Sends it with what is left of its time. */
    void send(Link link, long now) {
        Request.Builder call = Request.newBuilder().setServiceName(name);
        timeout.ifPresent(limit -> call.setTimeoutUs(micros(limit, now)));
        if (near instanceof ChannelPipe channel) {
            if (channel.isOver()) {
                return;
            }
            call.setChannel(link.attach(channel));
        }
        link.call(ToManager.newBuilder().setRequest(call).build(), far);
    }

    private long micros(Duration limit, long now) {
        if (limit.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0) {
            return LONGEST_MICROS;
        }
        return Math.max(0, (limit.toNanos() - (now - made)) / 1_000);
    }

    /** It will not be sent. */
    void fail(CloseReason reason) {
        near.close(reason);
        far.ifPresent(Descriptor::close);
    }

    /** Its time has passed. */
    void expire() {
        fail(
                CloseReason.of(
                        ErrorCode.TIMEOUT, "no service manager came in time, asked for " + name));
    }
}
