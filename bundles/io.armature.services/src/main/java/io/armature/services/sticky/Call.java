package io.armature.services.sticky;

import io.armature.platform.api.DeviceClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One call of a stand-in; the earlier one is the lesser one. */
final class Call<T> implements Comparable<Call<T>> {

    /** Its place among all calls of the stand-in. */
    final long number;

    final Method method;
    final Object[] arguments;

    /** What the caller of a method that returns a stage waits for. */
    final CompletableFuture<Object> answer = new CompletableFuture<>();

    /** What another caller waits for, to make the call itself; set each time it waits. */
    CompletableFuture<Target<T>> turn;

    /** Guarded by the stand-in. */
    DeviceClock.Timer timer;

    Call(long number, Method method, Object[] arguments) {
        this.number = number;
        this.method = method;
        this.arguments = arguments;
    }

    @Override
    public int compareTo(Call<T> other) {
        return Long.compare(number, other.number);
    }

    /** Makes it; for a method that returns a stage. */
    CompletionStage<?> begin(T owner) {
        try {
            CompletionStage<?> stage = (CompletionStage<?>) method.invoke(owner, arguments);
            return stage == null
                    ? Failures.stage(new NullPointerException(method + " returned null"))
                    : stage;
        } catch (InvocationTargetException e) {
            return Failures.stage(e.getCause());
        } catch (IllegalAccessException e) {
            return Failures.stage(e);
        }
    }

    void fail(Throwable failure) {
        if (turn == null) {
            answer.completeExceptionally(failure);
        } else {
            turn.completeExceptionally(failure);
        }
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
