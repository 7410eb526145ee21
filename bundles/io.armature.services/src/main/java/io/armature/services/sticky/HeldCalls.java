package io.armature.services.sticky;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.Hold;
import io.armature.services.spi.StandInCalls;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A stand-in for one interface: calls go straight to the owner, or wait for one in their order, but
 * not for one that was stopped on purpose. Any thread may call anything.
 *
 * <p>A call is handed to an owner once. Only where the owner has gone and its failure says that the
 * call had not started ({@link Hold#handedBack}) does it wait again, at its old place. So nothing
 * goes to the next owner before the last one has answered or handed back all it has, nor before
 * what waits at whom this follows.
 */
final class HeldCalls<T> implements StandInCalls {

    /** Calls that may wait beyond the limit for those before them to be handed to an owner. */
    private static final int BEHIND_LIMIT = 4_096;

    private final DeviceClock clock;
    private final Executor expiry;
    private final Hold hold;
    private final Supplier<Optional<String>> nobodyComes;
    private final Failures failures;
    private final AtomicLong calls = new AtomicLong();
    private final Succession succession;

    /** Where calls may go straight to: null while there is no owner, or while calls wait. */
    private volatile Target<T> open;

    // Guarded by this.
    private final WaitingCalls<T> held = new WaitingCalls<>(this::startTimer);
    private T owner;
    private Target<T> last = new Target<>(null);
    private boolean sending;
    private boolean closed;

    /**
     * @param type an interface
     * @param expiry fails calls that were held too long
     * @param nobodyComes while there is no owner: why none will come by itself, if that is known
     * @param whenOver run once, when this has left and has no call any more
     */
    HeldCalls(
            Class<T> type,
            DeviceClock clock,
            Executor expiry,
            Hold hold,
            Supplier<Optional<String>> nobodyComes,
            Runnable whenOver) {
        this.clock = clock;
        this.expiry = expiry;
        this.hold = hold;
        this.nobodyComes = nobodyComes;
        this.succession = new Succession(whenOver);
        this.failures = new Failures(type, hold);
    }

    @Override
    public synchronized boolean present() {
        return owner != null;
    }

    @Override
    public synchronized int held() {
        return held.size() + succession.heldBefore();
    }

    @Override
    public synchronized void follow(StandInCalls other) {
        succession.follow(other);
        open = null;
    }

    @Override
    public void leaveTo(StandInCalls other) {
        synchronized (this) {
            succession.leaveTo(other);
            open = null;
        }
        send();
    }

    @Override
    public synchronized boolean precedes(Object later) {
        return !held.isEmpty() || sending || mustWaitFor(later);
    }

    @Override
    public void moved(boolean otherIsOver) {
        if (otherIsOver) {
            follow(null);
        }
        send();
    }

    /** Lets calls of whom this has left to pass, as far as they may. */
    private void tellNext() {
        boolean ends;
        synchronized (this) {
            if (!succession.leaves()) {
                return;
            }
            ends = succession.ends(precedes(null));
        }
        succession.tell(ends);
    }

    /**
     * Says who the owner is from now on; {@link #send} must follow.
     *
     * @param service null if there is none
     */
    synchronized void owner(T service) {
        if (owner != service && !closed) {
            owner = service;
            open = null;
            if (mustWait()) {
                held.timeAll();
            }
        }
    }

    /** Fails who waits if no owner will come by itself; to be called when the last one has gone. */
    void refuseIfNobodyComes() {
        Optional<String> reason = noOwnerComes();
        if (reason.isPresent()) {
            List<Call<T>> waiting;
            synchronized (this) {
                if (owner != null) {
                    return;
                }
                waiting = held.takeAll();
            }
            waiting.forEach(call -> call.fail(failures.away(reason.get())));
        }
    }

    /** Asked without a lock, since it may take a while. */
    private Optional<String> noOwnerComes() {
        return present() ? Optional.empty() : nobodyComes.get();
    }

    // Guarded by this.
    private boolean mustWait() {
        return owner == null || mustWaitFor(owner);
    }

    // Guarded by this.
    private boolean mustWaitFor(Object next) {
        return last.owner != next && last.unanswered.get() > 0 || succession.waitsBefore(next);
    }

    @Override
    public void close() {
        List<Call<T>> waiting;
        StandInCalls followed;
        synchronized (this) {
            followed = succession.before();
            closed = true;
            owner = null;
            open = null;
            waiting = held.takeAll();
        }
        if (followed != null) {
            followed.close();
        }
        waiting.forEach(call -> call.fail(failures.away("its user is stopped")));
    }

    @Override
    public Object call(Method method, Object[] arguments) throws Throwable {
        StandInCalls instead = succession.enter();
        try {
            return instead == null ? make(method, arguments) : instead.call(method, arguments);
        } finally {
            if (succession.exit()) {
                tellNext();
            }
        }
    }

    private Object make(Method method, Object[] arguments) throws Throwable {
        Call<T> call = new Call<>(calls.getAndIncrement(), method, arguments);
        Target<T> straight = straight();
        if (!CompletionStage.class.isAssignableFrom(method.getReturnType())) {
            return callHere(straight, call);
        }
        if (straight == null) {
            begin(call);
        } else {
            send(call, straight);
        }
        return call.answer;
    }

    /** Enters the owner, if it takes calls straight. */
    private Target<T> straight() {
        Target<T> to = open;
        if (to == null) {
            return null;
        }
        to.unanswered.incrementAndGet();
        if (open == to) {
            return to;
        }
        leave(to); // it is being replaced: who does so may not have seen this call
        return null;
    }

    /** A call that was given to an owner is answered or will be made again. */
    private void leave(Target<T> from) {
        if (from.unanswered.decrementAndGet() == 0 && open != from) {
            send();
        }
    }

    /** A call whose caller waits: made by its own thread. */
    private Object callHere(Target<T> straight, Call<T> call) throws Throwable {
        Target<T> to = straight;
        if (to == null) {
            holdHere(call);
        }
        while (true) {
            if (to == null) {
                send();
                to = await(call);
            }
            try {
                return call.method.invoke(to.owner, call.arguments);
            } catch (InvocationTargetException e) {
                if (!handedBack(to, e.getCause())) {
                    throw e.getCause();
                }
                holdHere(call); // before others can take its place
            } finally {
                leave(to);
            }
            to = null;
        }
    }

    private void holdHere(Call<T> call) throws Throwable {
        call.turn = new CompletableFuture<>();
        String refused = hold(call);
        if (refused != null) {
            throw failures.away(refused);
        }
    }

    private Target<T> await(Call<T> call) throws Throwable {
        try {
            return call.turn.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        } catch (InterruptedException e) {
            synchronized (this) {
                held.remove(call);
            }
            call.turn.thenAccept(this::leave); // where it had been let in meanwhile
            Thread.currentThread().interrupt();
            throw failures.away("its caller was interrupted");
        }
    }

    private void begin(Call<T> call) {
        String refused = hold(call);
        if (refused == null) {
            send();
        } else {
            call.fail(failures.away(refused));
        }
    }

    /** Returns why it cannot wait, null if it does. */
    private String hold(Call<T> call) {
        return noOwnerComes().orElseGet(() -> enlist(call));
    }

    private synchronized String enlist(Call<T> call) {
        if (closed || succession.over()) {
            return closed ? "its user is stopped" : "the service manager was replaced";
        }
        boolean waits = mustWait();
        long limit = waits ? hold.limit() : (long) hold.limit() + BEHIND_LIMIT;
        if (held.size() >= limit) {
            return "too many calls wait for it";
        }
        held.add(call, waits);
        open = null;
        return null;
    }

    private void startTimer(Call<T> call) {
        call.timer = clock.after(hold.time(), expiry, () -> expire(call));
    }

    private void expire(Call<T> call) {
        boolean expired;
        synchronized (this) {
            expired = held.remove(call);
            if (expired) {
                // They had their time, too: nobody waits for their answers any longer.
                last = last.owner == owner ? last : new Target<>(owner);
                succession.overtake(owner);
            }
        }
        if (expired) {
            call.fail(failures.late());
            send();
        }
    }

    /** Hands waiting calls over, one thread at a time so that they keep their order. */
    void send() {
        sendAll();
        tellNext();
    }

    private void sendAll() {
        while (true) {
            Call<T> call;
            Target<T> to;
            synchronized (this) {
                if (sending || mustWait()) {
                    return;
                }
                if (last.owner != owner) {
                    last = new Target<>(owner);
                }
                to = last;
                call = held.next();
                if (call == null) {
                    open = succession.settled() ? to : null;
                    return;
                }
                sending = true;
                to.unanswered.incrementAndGet();
            }
            try {
                if (call.turn == null) {
                    send(call, to);
                } else {
                    call.turn.complete(to);
                }
            } finally {
                synchronized (this) {
                    sending = false;
                }
            }
        }
    }

    /** Makes a call that returns a stage. */
    private void send(Call<T> call, Target<T> to) {
        call.begin(to.owner).whenComplete((value, failure) -> answered(call, to, value, failure));
    }

    private void answered(Call<T> call, Target<T> by, Object value, Throwable failure) {
        Throwable cause = Failures.unwrap(failure);
        // Where it waits again it does so before others can take its place.
        boolean again = cause != null && handedBack(by, cause);
        String refused = again ? hold(call) : null;
        leave(by);
        if (cause == null) {
            call.answer.complete(value);
        } else if (!again) {
            call.answer.completeExceptionally(cause);
        } else if (refused == null) {
            send();
        } else {
            call.fail(failures.away(refused));
        }
    }

    private boolean handedBack(Target<T> by, Throwable failure) {
        synchronized (this) {
            if (owner == by.owner) {
                return false;
            }
        }
        return hold.handedBack().test(failure);
    }
}
