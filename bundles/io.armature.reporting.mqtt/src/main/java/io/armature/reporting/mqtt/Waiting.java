package io.armature.reporting.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What waits, by rank, in order within each. Not thread safe.
 *
 * @param <T> what waits
 */
final class Waiting<T extends Waiting.Sized> {

    /** Something that takes room. */
    interface Sized {
        int bytes();
    }

    private final List<Deque<T>> ranks = new ArrayList<>();
    private final long[] bytes;

    Waiting(int ranks) {
        this.bytes = new long[ranks];
        for (int i = 0; i < ranks; i++) {
            this.ranks.add(new ArrayDeque<>());
        }
    }

    void add(int rank, T one) {
        ranks.get(rank).add(one);
        bytes[rank] += one.bytes();
    }

    Optional<T> first(int rank) {
        return Optional.ofNullable(ranks.get(rank).peek());
    }

    /** Takes out what {@link #first} showed. */
    void remove(T first) {
        for (int rank = 0; rank < bytes.length; rank++) {
            if (ranks.get(rank).peek() == first) {
                ranks.get(rank).remove();
                bytes[rank] -= first.bytes();
                return;
            }
        }
    }

    /** Of this rank and those before it. */
    long bytesUpTo(int rank) {
        long sum = 0;
        for (int i = 0; i <= rank; i++) {
            sum += bytes[i];
        }
        return sum;
    }

    List<T> removeAll(int rank) {
        List<T> all = List.copyOf(ranks.get(rank));
        ranks.get(rank).clear();
        bytes[rank] = 0;
        return all;
    }

    List<T> removeAll() {
        List<T> all = new ArrayList<>();
        for (int rank = 0; rank < ranks.size(); rank++) {
            all.addAll(removeAll(rank));
        }
        return all;
    }
}
