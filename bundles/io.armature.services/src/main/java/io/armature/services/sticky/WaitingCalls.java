package io.armature.services.sticky;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The calls that wait, in their order, whenever each of them came or came back, and the timers of
 * those that wait for an owner. Guarded by the {@link HeldCalls} that it is of.
 */
final class WaitingCalls<T> {

    private final PriorityQueue<Call<T>> calls = new PriorityQueue<>();
    private final Consumer<Call<T>> startTimer;

    /**
     * @param startTimer sets the timer of a call that has none
     */
    WaitingCalls(Consumer<Call<T>> startTimer) {
        this.startTimer = startTimer;
    }

    int size() {
        return calls.size();
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /**
     * @param timed false for one that only waits for those before it to be handed over
     */
    void add(Call<T> call, boolean timed) {
        calls.add(call);
        if (timed) {
            time(call);
        }
    }

    /** From now on all of them wait for an owner. */
    void timeAll() {
        calls.forEach(this::time);
    }

    private void time(Call<T> call) {
        if (call.timer == null) {
            startTimer.accept(call);
        }
    }

    /** Takes the first one; null if none waits. */
    Call<T> next() {
        Call<T> first = calls.poll();
        if (first != null) {
            first.cancelTimer();
        }
        return first;
    }

    /** Takes one out; false if it does not wait any more. */
    boolean remove(Call<T> call) {
        boolean waited = calls.remove(call);
        call.cancelTimer();
        return waited;
    }

    /** Takes all out, the first one first. */
    List<Call<T>> takeAll() {
        List<Call<T>> all = new ArrayList<>(calls.size());
        for (Call<T> call = next(); call != null; call = next()) {
            all.add(call);
        }
        return all;
    }
}
