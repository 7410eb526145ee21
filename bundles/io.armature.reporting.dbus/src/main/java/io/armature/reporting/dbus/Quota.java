package io.armature.reporting.dbus;

import java.util.HashMap;
import java.util.Map;

/** How many calls are under way and how large they are. Of one thread. */
final class Quota {

    private final int calls;
    private final long bytes;
    private final int callsOfOne;
    private final Map<String, Integer> bySender = new HashMap<>();
    private int callsNow;
    private long bytesNow;

    /**
     * @param calls at most, in all
     * @param bytes at most, in all; one call may always be under way
     * @param callsOfOne at most, of one sender
     */
    Quota(int calls, long bytes, int callsOfOne) {
        this.calls = calls;
        this.bytes = bytes;
        this.callsOfOne = callsOfOne;
    }

    /** Lets one call in; false if that would be one too many. */
    boolean enter(String sender, long size) {
        int own = bySender.getOrDefault(sender, 0);
        if (callsNow >= calls || own >= callsOfOne || callsNow > 0 && bytesNow + size > bytes) {
            return false;
        }
        bySender.put(sender, own + 1);
        callsNow++;
        bytesNow += size;
        return true;
    }

    /** The call is answered. */
    void leave(String sender, long size) {
        callsNow--;
        bytesNow -= size;
        bySender.computeIfPresent(sender, (name, own) -> own > 1 ? own - 1 : null);
    }
}
