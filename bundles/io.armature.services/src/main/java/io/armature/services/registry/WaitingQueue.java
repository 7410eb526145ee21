package io.armature.services.registry;

import io.armature.services.api.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests that wait for one service, oldest first. Removing one is O(1). Belongs to the registry's
 * turn.
 */
final class WaitingQueue {

    private final String service;
    private final Map<Identity, Integer> callers = new HashMap<>();
    private Waiting first;
    private Waiting last;
    private int size;

    /**
     * @param service what they wait for
     */
    WaitingQueue(String service) {
        this.service = service;
    }

    String service() {
        return service;
    }

    int size() {
        return size;
    }

    /** How many requests of this caller wait. */
    int of(Identity caller) {
        return callers.getOrDefault(caller, 0);
    }

    void add(Waiting request) {
        request.queue = this;
        request.previous = last;
        if (last == null) {
            first = request;
        } else {
            last.next = request;
        }
        last = request;
        size++;
        callers.merge(request.caller, 1, Integer::sum);
    }

    /**
     * Takes one out.
     *
     * @return false if it had been taken before
     */
    boolean remove(Waiting request) {
        if (request.queue != this) {
            return false;
        }
        request.queue = null;
        if (request.previous == null) {
            first = request.next;
        } else {
            request.previous.next = request.next;
        }
        if (request.next == null) {
            last = request.previous;
        } else {
            request.next.previous = request.previous;
        }
        request.previous = null;
        request.next = null;
        size--;
        callers.computeIfPresent(request.caller, (who, count) -> count == 1 ? null : count - 1);
        return true;
    }

    /** Takes all out, oldest first. */
    List<Waiting> take() {
        List<Waiting> all = new ArrayList<>(size);
        while (first != null) {
            Waiting request = first;
            remove(request);
            all.add(request);
        }
        return all;
    }

    /** Those that wait, oldest first. */
    List<Waiting> list() {
        List<Waiting> all = new ArrayList<>(size);
        for (Waiting request = first; request != null; request = request.next) {
            all.add(request);
        }
        return all;
    }
}
