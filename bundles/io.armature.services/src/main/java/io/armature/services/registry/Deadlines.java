package io.armature.services.registry;

import java.util.Arrays;

/**
 * Waiting requests by deadline, the earliest first: a binary heap in which each knows its place, so
 * that one clock timer serves all and each can be taken out. Belongs to the registry's turn.
 */
final class Deadlines {

    private static final int SMALL = 16;

    private Waiting[] heap = new Waiting[SMALL];
    private int size;

    /** The one with the earliest deadline, null if none has any. */
    Waiting first() {
        return heap[0];
    }

    void add(Waiting request) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        rise(request, size++);
    }

    /** Takes one out, if it is here. */
    void remove(Waiting request) {
        int hole = request.place;
        if (hole < 0) {
            return;
        }
        request.place = -1;
        Waiting moved = heap[--size];
        heap[size] = null;
        if (moved != request) {
            sink(moved, hole);
            if (moved.place == hole) {
                rise(moved, hole);
            }
        }
        if (size == 0) {
            heap = heap.length == SMALL ? heap : new Waiting[SMALL];
        }
    }

    private void rise(Waiting request, int from) {
        int place = from;
        while (place > 0 && before(request, heap[(place - 1) / 2])) {
            put(heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }
        put(request, place);
    }

    private void sink(Waiting request, int from) {
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], request)) {
                break;
            }
            put(heap[child], place);
            place = child;
        }
        put(request, place);
    }

    private void put(Waiting request, int place) {
        heap[place] = request;
        request.place = place;
    }

    // Monotonic time may overflow.
    private static boolean before(Waiting one, Waiting other) {
        return one.deadlineNanos - other.deadlineNanos < 0;
    }
}
