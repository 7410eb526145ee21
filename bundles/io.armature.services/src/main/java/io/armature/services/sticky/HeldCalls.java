package io.armature.services.sticky;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceAwayException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stand-in for one interface: calls go straight to the owner, or wait for one in their order. Any
 * thread may call anything.
 *
 * <p>A call is handed to an owner once. Only where the owner has gone and its failure says that the
 * call had not started ({@link Hold#handedBack}) does it wait again, at its old place.
 */
final class HeldCalls<T> implements InvocationHandler {

    private final Class<T> type;
    private final DeviceClock clock;
    private final Executor expiry;
    private final Hold hold;
    private final T standIn;
    private final AtomicLong calls = new AtomicLong();

    /** The owner that calls may go straight to: null while there is none, or while calls wait. */
    private volatile T open;

    // Guarded by this.
    private final PriorityQueue<Call> held =
            new PriorityQueue<>(Comparator.comparingLong(call -> call.number));
    private T owner;
    private boolean sending;
    private boolean closed;

    /**
     * @param type an interface
     * @param expiry fails calls that were held too long
     */
    HeldCalls(Class<T> type, DeviceClock clock, Executor expiry, Hold hold) {
        this.type = type;
        this.clock = clock;
        this.expiry = expiry;
        this.hold = hold;
        this.standIn =
                type.cast(
                        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
    }

    T standIn() {
        return standIn;
    }

    synchronized boolean present() {
        return owner != null;
    }

    /** Calls that wait now. */
    synchronized int held() {
        return held.size();
    }

    /** An owner is there, perhaps in the place of another. */
    void arrived(T service) {
        synchronized (this) {
            owner = service;
            open = null;
        }
        send();
    }

    /** An owner has gone; no matter if another one has arrived before. */
    synchronized void left(T service) {
        if (owner == service) {
            owner = null;
            open = null;
            held.forEach(this::startTimer);
        }
    }

    /** Fails who waits now or later. */
    void close() {
        List<Call> waiting;
        synchronized (this) {
            closed = true;
            owner = null;
            open = null;
            waiting = List.copyOf(held);
            held.clear();
            waiting.forEach(Call::cancelTimer);
        }
        waiting.forEach(call -> call.answer.completeExceptionally(away("its user is stopped")));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method, arguments);
        }
        long number = calls.getAndIncrement();
        boolean blocking = !CompletionStage.class.isAssignableFrom(method.getReturnType());
        T straight = open;
        Call call = null;
        if (straight == null) {
            call = new Call(number, method, arguments, blocking);
            begin(call);
        }
        return blocking
                ? callHere(straight, call, number, method, arguments)
                : call == null ? stage(straight, number, method, arguments) : call.answer;
    }

    private Object ofObject(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "stand-in for " + type.getName();
        };
    }

    /** A call that returns a stage, straight to the owner. */
    private Object stage(T to, long number, Method method, Object[] arguments) {
        CompletionStage<?> stage = start(to, method, arguments);
        CompletableFuture<Object> answer = new CompletableFuture<>();
        stage.whenComplete(
                (value, failure) -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else if (handedBack(to, unwrap(failure))) {
                        Call again = new Call(number, method, arguments, false);
                        again.answer.whenComplete((v, f) -> settle(answer, v, f));
                        begin(again);
                    } else {
                        answer.completeExceptionally(unwrap(failure));
                    }
                });
        return answer;
    }

    private static void settle(CompletableFuture<Object> answer, Object value, Throwable failure) {
        if (failure == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(unwrap(failure));
        }
    }

    private static CompletionStage<?> start(Object to, Method method, Object[] arguments) {
        try {
            CompletionStage<?> stage = (CompletionStage<?>) method.invoke(to, arguments);
            return stage == null
                    ? CompletableFuture.failedFuture(
                            new NullPointerException(method + " returned null"))
                    : stage;
        } catch (InvocationTargetException e) {
            return CompletableFuture.failedFuture(e.getCause());
        } catch (IllegalAccessException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A call whose caller waits: made by its own thread. */
    private Object callHere(T straight, Call first, long number, Method method, Object[] arguments)
            throws Throwable {
        T to = straight;
        Call call = first;
        while (true) {
            if (to == null) {
                to = await(call);
            }
            try {
                return method.invoke(to, arguments);
            } catch (InvocationTargetException e) {
                if (!handedBack(to, e.getCause())) {
                    throw e.getCause();
                }
            }
            to = null;
            call = new Call(number, method, arguments, true);
            begin(call);
        }
    }

    private T await(Call call) throws Throwable {
        try {
            return type.cast(call.answer.get());
        } catch (ExecutionException e) {
            throw e.getCause();
        } catch (InterruptedException e) {
            synchronized (this) {
                held.remove(call);
                call.cancelTimer();
            }
            Thread.currentThread().interrupt();
            throw away("its caller was interrupted");
        }
    }

    private void begin(Call call) {
        if (hold(call)) {
            send();
        }
    }

    private boolean hold(Call call) {
        String refused;
        synchronized (this) {
            if (closed) {
                refused = "its user is stopped";
            } else if (held.size() >= hold.limit() && owner == null) {
                refused = "too many calls wait for it";
            } else {
                held.add(call);
                open = null;
                if (owner == null) {
                    startTimer(call);
                }
                return true;
            }
        }
        call.answer.completeExceptionally(away(refused));
        return false;
    }

    private synchronized void startTimer(Call call) {
        if (call.timer == null) {
            call.timer = clock.after(hold.time(), expiry, () -> expire(call));
        }
    }

    private void expire(Call call) {
        boolean expired;
        synchronized (this) {
            expired = held.remove(call);
        }
        if (expired) {
            call.answer.completeExceptionally(
                    away("it did not come back within " + hold.time().toMillis() + " ms"));
        }
    }

    /** Hands waiting calls over, one thread at a time so that they keep their order. */
    private void send() {
        while (true) {
            Call call;
            T to;
            synchronized (this) {
                if (sending || owner == null) {
                    return;
                }
                if (held.isEmpty()) {
                    open = owner;
                    return;
                }
                sending = true;
                to = owner;
                call = held.poll();
                call.cancelTimer();
            }
            try {
                send(call, to);
            } finally {
                synchronized (this) {
                    sending = false;
                }
            }
        }
    }

    private void send(Call call, T to) {
        if (call.blocking) {
            call.answer.complete(to);
            return;
        }
        start(to, call.method, call.arguments)
                .whenComplete(
                        (value, failure) -> {
                            if (failure == null) {
                                call.answer.complete(value);
                            } else if (handedBack(to, unwrap(failure))) {
                                begin(call);
                            } else {
                                call.answer.completeExceptionally(unwrap(failure));
                            }
                        });
    }

    private boolean handedBack(T by, Throwable failure) {
        synchronized (this) {
            if (owner == by) {
                return false;
            }
        }
        return hold.handedBack().test(failure);
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private Throwable away(String reason) {
        Throwable failure =
                hold.away().apply(type.getSimpleName() + " is away: " + reason + "; try again");
        return failure == null ? new ServiceAwayException(reason) : failure;
    }
}
