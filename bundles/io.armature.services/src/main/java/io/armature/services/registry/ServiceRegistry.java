package io.armature.services.registry;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceNames;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.policy.Policies;
import io.armature.services.spi.ServiceBroker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Owners, waiting requests and observers. All state belongs to one turn: the thread that calls does
 * the work unless another is at it, and callbacks run after it with nothing held.
 */
public final class ServiceRegistry implements ServiceBroker {

    /** Requests of one caller that may wait for one service. */
    public static final int WAITING_LIMIT = 1_024;

    private static final int DENIALS = 64;

    /** Whoever has the turn tells what came up after that many, however fast others add. */
    private static final int MOST_AT_ONCE = 1024;

    private final DeviceClock clock;
    private final FailureLog failures;
    private final Turn turn;
    private final Callbacks callbacks;
    private final Changes changes;
    private volatile Admission admission;

    // These belong to the turn.
    private final Map<String, Service> services = new TreeMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final ArrayDeque<Denial> denials = new ArrayDeque<>();
    private final Expiry expiry;

    /**
     * @param timers where time-outs are dealt with, callbacks included
     */
    public ServiceRegistry(DeviceClock clock, Executor timers, Mode mode, Policies policies) {
        this.clock = clock;
        this.failures = new FailureLog(clock);
        this.turn = new Turn(failures);
        this.callbacks = new Callbacks(failures);
        this.changes = new Changes(callbacks);
        this.admission = new Admission(mode, policies);
        this.expiry = new Expiry(clock, timers, new Ringing());
    }

    @Override
    public Registration register(Identity caller, String name, ServiceProvider provider) {
        Objects.requireNonNull(provider, "provider");
        checkName(name);
        Owned wanted = new Owned(this, caller, name, provider, failures);
        inTurn(wanted);
        return wanted;
    }

    @Override
    public void request(Identity caller, String name, Optional<Duration> timeout, Pipe receiver) {
        checkName(name);
        Waiting request = new Waiting(this, caller, receiver);
        inTurn(() -> request(request, name, timeout));
    }

    @Override
    public CompletionStage<ServiceState> query(Identity caller, String name) {
        checkName(name);
        CompletableFuture<ServiceState> answer = new CompletableFuture<>();
        inTurn(() -> query(caller, name, answer));
        return answer; // itself: a stage made of it would wrap the failure
    }

    @Override
    public Subscription observe(Identity caller, ServiceObserver observer) {
        Watch watch =
                new Watch(
                        caller,
                        Objects.requireNonNull(observer, "observer"),
                        this::close,
                        failures);
        inTurn(() -> watches.add(watch));
        return watch;
    }

    /** Observes every service, whatever policy says; for those who look after the device. */
    public Subscription observeAll(ServiceObserver observer) {
        Watch watch =
                new Watch(
                        null, Objects.requireNonNull(observer, "observer"), this::close, failures);
        inTurn(() -> watches.add(watch));
        return watch;
    }

    /** Told of what callbacks throw. */
    public FailureLog failures() {
        return failures;
    }

    /**
     * Has a listener run after every change of what {@link #services()} and {@link #denials()}
     * tell, once for changes that come together; it must not block.
     */
    public Subscription onChange(Runnable listener) {
        return changes.add(listener);
    }

    @Override
    public boolean labelsMatter() {
        return policies().nameLabels();
    }

    /** The policies in force. */
    public Policies policies() {
        return admission.policies();
    }

    /** Whether policy decides. */
    public Mode mode() {
        return admission.mode();
    }

    /** Every service that has been named by policy or by a caller, in order of name. */
    public CompletionStage<List<ServiceView>> services() {
        return ask(
                () -> {
                    Map<String, ServiceView> views = new TreeMap<>();
                    for (String name : policies().services().keySet()) {
                        views.put(name, new ServiceView(name, Optional.empty(), List.of(), 0));
                    }
                    services.values().forEach(service -> views.put(service.name, service.view()));
                    return List.copyOf(views.values());
                });
    }

    /** How many observe now. */
    public CompletionStage<Integer> observers() {
        return ask(watches::size);
    }

    /** The last refusals, oldest first; at most 64. */
    public CompletionStage<List<Denial>> denials() {
        return ask(() -> List.copyOf(denials));
    }

    /** What would end if these policies came into force: one sentence each, in order of name. */
    public CompletionStage<List<String>> ending(Policies next) {
        return ask(() -> ending(new Admission(mode(), next)));
    }

    private List<String> ending(Admission next) {
        List<String> sentences = new ArrayList<>();
        services.values().forEach(service -> sentences.addAll(service.ending(next)));
        return sentences;
    }

    /** Puts other policies in force, whole; what they no longer allow ends with its code. */
    public CompletionStage<Void> replacePolicies(Policies policies) {
        return ask(
                () -> {
                    Admission next = new Admission(mode(), policies);
                    admission = next;
                    changes.mark();
                    services.values().forEach(service -> enforce(next, service));
                    services.values().removeIf(service -> service.forgotten(next));
                    expiry.arm();
                    return null;
                });
    }

    private void enforce(Admission next, Service service) {
        String name = service.name;
        if (service.owner != null && next.owning(service.owner.owner, name) != null) {
            release(
                    service.owner,
                    CloseReason.of(
                            ErrorCode.PERMISSION_DENIED,
                            "the policy for " + name + " has changed"));
        }
        for (Waiting request : service.queue.list()) {
            ErrorCode refused = next.requesting(request.caller, name);
            if (refused != null && dequeue(request)) {
                end(request.receiver, refused, name);
            }
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty() || name.length() > ServiceNames.LIMIT) {
            throw new IllegalArgumentException(
                    "name must have 1 to "
                            + ServiceNames.LIMIT
                            + " characters, had "
                            + name.length());
        }
    }

    /** Does the work here, or leaves it to the thread (this one, perhaps) that is at it. */
    private void inTurn(Runnable work) {
        if (turn.add(work)) {
            do {
                Runnable told = callbacks.begin();
                turn.drain(MOST_AT_ONCE);
                told.run();
            } while (turn.again());
        }
    }

    private <T> CompletionStage<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        inTurn(
                () -> {
                    try {
                        T value = question.get();
                        callbacks.add(() -> answer.complete(value));
                    } catch (RuntimeException | Error e) {
                        callbacks.add(() -> answer.completeExceptionally(e)); // not: never
                    }
                });
        return answer;
    }

    /** Belongs to the turn. */
    void bind(Owned wanted) {
        ErrorCode refused = admission.owning(wanted.owner, wanted.name);
        Service service = refused == null ? service(wanted.name) : null;
        if (refused == null && service.owner != null) {
            refused = ErrorCode.SERVICE_ALREADY_REGISTERED;
        }
        if (refused != null) {
            deny(wanted.owner, "register", wanted.name, refused);
            CloseReason why = CloseReason.of(refused, Admission.text(refused, wanted.name));
            callbacks.add(() -> wanted.closed.complete(why));
            return;
        }
        service.owner = wanted;
        tell(ServiceEvent.Type.REGISTERED, wanted);
        for (Waiting request : service.queue.take()) {
            expiry.remove(request);
            LocalPipe.unwatch(request.receiver);
            handOver(service, request);
        }
        expiry.arm();
    }

    private void request(Waiting request, String name, Optional<Duration> timeout) {
        ErrorCode refused = admission.requesting(request.caller, name);
        if (refused != null) {
            deny(request.caller, "request", name, refused);
            end(request.receiver, refused, name);
            return;
        }
        Service service = service(name);
        if (service.owner != null) {
            handOver(service, request);
        } else if (service.queue.of(request.caller) >= WAITING_LIMIT) {
            String text = WAITING_LIMIT + " requests of this caller wait for " + name;
            callbacks.add(() -> request.receiver.close(CloseReason.of(ErrorCode.UNKNOWN, text)));
        } else {
            hold(service, request, timeout);
        }
    }

    private void hold(Service service, Waiting request, Optional<Duration> timeout) {
        service.queue.add(request);
        changes.mark();
        timeout.ifPresent(limit -> expiry.add(request, limit));
        LocalPipe.watch(request.receiver, request);
    }

    /** The other end of a waiting request's pipe has been closed. */
    void requesterGone(Waiting request) {
        inTurn(
                () -> {
                    if (dequeue(request)) {
                        expiry.arm();
                    }
                });
    }

    private boolean dequeue(Waiting request) {
        WaitingQueue queue = request.queue;
        if (queue == null) {
            return false;
        }
        expiry.remove(request);
        LocalPipe.unwatch(request.receiver);
        changes.mark();
        return queue.remove(request);
    }

    private void expire() {
        long now = expiry.rang();
        for (Waiting over = expiry.over(now); over != null; over = expiry.over(now)) {
            String name = over.queue.service();
            dequeue(over);
            end(over.receiver, ErrorCode.TIMEOUT, name);
        }
        expiry.arm();
    }

    private void handOver(Service service, Waiting request) {
        service.handedOver++;
        changes.mark();
        Owned owner = service.owner;
        callbacks.add(owner.requests, () -> owner.take(request));
    }

    private void query(Identity caller, String name, CompletableFuture<ServiceState> answer) {
        Service service = services.get(name);
        Admission rules = admission;
        ErrorCode refused = rules.requesting(caller, name);
        if (rules.mode() == Mode.PERMISSIVE && service == null && !rules.names(name)) {
            refused = ErrorCode.SERVICE_NOT_FOUND;
        }
        if (refused != null) {
            deny(caller, "query", name, refused);
            ServiceException why = new ServiceException(refused, Admission.text(refused, name));
            callbacks.add(() -> answer.completeExceptionally(why));
            return;
        }
        ServiceState state =
                service == null || service.owner == null
                        ? new ServiceState.Unregistered()
                        : new ServiceState.Registered(service.owner.owner);
        callbacks.add(() -> answer.complete(state));
    }

    void close(Owned owned) {
        inTurn(() -> release(owned, CloseReason.NONE));
    }

    private void close(Watch watch) {
        inTurn(() -> watches.remove(watch));
    }

    private void release(Owned owned, CloseReason reason) {
        Service service = services.get(owned.name);
        if (service != null && service.owner == owned) {
            service.owner = null;
            owned.released = true;
            tell(ServiceEvent.Type.UNREGISTERED, owned);
        }
        callbacks.add(owned.requests, () -> owned.closed.complete(reason));
    }

    private void tell(ServiceEvent.Type type, Owned owned) {
        changes.mark();
        ServiceEvent event = new ServiceEvent(type, owned.name, owned.owner);
        for (Watch watch : watches) {
            if (watch.caller == null || admission.requesting(watch.caller, owned.name) == null) {
                callbacks.add(watch.events, () -> watch.tell(event));
            }
        }
    }

    private void end(Pipe receiver, ErrorCode code, String name) {
        CloseReason why = CloseReason.of(code, Admission.text(code, name));
        callbacks.add(() -> receiver.close(why));
    }

    private void deny(Identity caller, String call, String name, ErrorCode code) {
        if (denials.size() == DENIALS) {
            denials.poll();
        }
        changes.mark();
        denials.add(new Denial(clock.wall(), caller, call, name, code));
    }

    private Service service(String name) {
        if (!services.containsKey(name)) {
            services.put(name, new Service(name));
        }
        return services.get(name);
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private final class Ringing implements Runnable {
        @Override
        public void run() {
            inTurn(ServiceRegistry.this::expire);
        }
    }
}
