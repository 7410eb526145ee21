package io.armature.services.socket.server;

import io.armature.platform.api.DeviceClock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Connections that have begun a frame and not ended it, oldest first. One thread, no timer. */
final class HalfFrames {

    /** How long the rest of a frame may take, nanoseconds. */
    static final long PATIENCE_NANOS = 30_000_000_000L;

    private final DeviceClock clock;
    private final Map<Connection, Long> since = new LinkedHashMap<>();

    HalfFrames(DeviceClock clock) {
        this.clock = clock;
    }

    void begun(Connection connection) {
        check();
        since.putIfAbsent(connection, clock.monotonicNanos());
    }

    void ended(Connection connection) {
        if (!since.isEmpty()) {
            since.remove(connection);
        }
    }

    /** Ends those whose time is over. */
    void check() {
        if (since.isEmpty()) {
            return;
        }
        long now = clock.monotonicNanos();
        Iterator<Map.Entry<Connection, Long>> oldest = since.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Connection, Long> one = oldest.next();
            if (now - one.getValue() < PATIENCE_NANOS) {
                return;
            }
            oldest.remove();
            one.getKey().giveUp("the rest of a frame did not come within 30 s");
        }
    }
}
