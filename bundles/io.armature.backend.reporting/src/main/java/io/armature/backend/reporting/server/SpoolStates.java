package io.armature.backend.reporting.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What each device last said of its spool, to this server since its start. Any thread. */
final class SpoolStates {

    private static final int DEVICES_LIMIT = 10_000;

    private final Map<String, SpoolState> lasts = new LinkedHashMap<>();

    /** Forgets who has been silent for longest if there are too many. */
    synchronized void said(String device, SpoolState state) {
        lasts.remove(device);
        lasts.put(device, state);
        if (lasts.size() > DEVICES_LIMIT) {
            lasts.remove(lasts.keySet().iterator().next());
        }
    }

    synchronized Map<String, SpoolState> all() {
        return new TreeMap<>(lasts);
    }
}
