package io.armature.services.sticky;

import io.armature.platform.api.DeviceClock;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;

/** One call of a stand-in that could not go straight through. */
final class Call {

    /** Its place among all calls of the stand-in. */
    final long number;

    final Method method;
    final Object[] arguments;

    /** Whether the caller's thread makes the call itself, once {@link #answer} names an owner. */
    final boolean blocking;

    /** What the caller waits for: the result, or for a blocking call the owner. */
    final CompletableFuture<Object> answer = new CompletableFuture<>();

    /** Guarded by the stand-in. */
    DeviceClock.Timer timer;

    Call(long number, Method method, Object[] arguments, boolean blocking) {
        this.number = number;
        this.method = method;
        this.arguments = arguments;
        this.blocking = blocking;
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
