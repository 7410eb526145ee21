package io.armature.services.sticky;

import java.util.concurrent.atomic.AtomicInteger;

/** One owner, and how many calls it has been given and not answered. */
final class Target<T> {

    final T owner;
    final AtomicInteger unanswered = new AtomicInteger();

    Target(T owner) {
        this.owner = owner;
    }
}
