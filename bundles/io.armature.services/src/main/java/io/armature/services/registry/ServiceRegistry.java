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
import io.armature.services.policy.ServicePolicy;
import io.armature.services.spi.ServiceBroker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    private final DeviceClock clock;
    private final Executor timers;
    private final Mode mode;
    private final Turn turn = new Turn();
    private final Turn ends = new Turn();
    private final Queue<Turn> owed = new ConcurrentLinkedQueue<>();
    private volatile Policies policies;

    // These belong to the turn.
    private final Map<String, Service> services = new TreeMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final ArrayDeque<Denial> denials = new ArrayDeque<>();

    /**
     * @param timers where time-outs are dealt with, callbacks included
     */
    public ServiceRegistry(DeviceClock clock, Executor timers, Mode mode, Policies policies) {
        this.clock = clock;
        this.timers = timers;
        this.mode = mode;
        this.policies = policies;
    }

    private static final class Service {
        final String name;
        final WaitingQueue queue = new WaitingQueue();
        Owned owner;
        long handedOver;

        Service(String name) {
            this.name = name;
        }
    }

    private final class Owned implements Registration {
        final Identity owner;
        final String name;
        final ServiceProvider provider;
        final Turn requests = new Turn();
        final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

        Owned(Identity owner, String name, ServiceProvider provider) {
            this.owner = owner;
            this.name = name;
            this.provider = provider;
        }

        @Override
        public CompletionStage<CloseReason> closed() {
            return closed.minimalCompletionStage();
        }

        @Override
        public void close() {
            inTurn(() -> release(this, CloseReason.NONE));
        }
    }

    private final class Watch implements Subscription {
        final Identity caller;
        final ServiceObserver observer;
        final Turn events = new Turn();
        volatile boolean open = true;

        Watch(Identity caller, ServiceObserver observer) {
            this.caller = caller;
            this.observer = observer;
        }

        void tell(ServiceEvent event) {
            if (open) {
                observer.onServiceEvent(event);
            }
        }

        @Override
        public void close() {
            open = false;
            inTurn(() -> watches.remove(this));
        }
    }

    @Override
    public Registration register(Identity caller, String name, ServiceProvider provider) {
        Objects.requireNonNull(provider, "provider");
        checkName(name);
        Owned wanted = new Owned(caller, name, provider);
        inTurn(() -> bind(wanted));
        return wanted;
    }

    @Override
    public void request(Identity caller, String name, Optional<Duration> timeout, Pipe receiver) {
        checkName(name);
        inTurn(() -> request(new Waiting(caller, receiver, clock.monotonicNanos()), name, timeout));
    }

    @Override
    public CompletionStage<ServiceState> query(Identity caller, String name) {
        checkName(name);
        CompletableFuture<ServiceState> answer = new CompletableFuture<>();
        inTurn(() -> query(caller, name, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public Subscription observe(Identity caller, ServiceObserver observer) {
        Watch watch = new Watch(caller, Objects.requireNonNull(observer, "observer"));
        inTurn(() -> watches.add(watch));
        return watch;
    }

    @Override
    public boolean labelsMatter() {
        return policies.nameLabels();
    }

    /** The policies in force. */
    public Policies policies() {
        return policies;
    }

    /** Every service that has been named by policy or by a caller, in order of name. */
    public CompletionStage<List<ServiceView>> services() {
        return ask(
                () -> {
                    Map<String, ServiceView> views = new TreeMap<>();
                    for (String name : policies.services().keySet()) {
                        views.put(name, new ServiceView(name, Optional.empty(), List.of(), 0));
                    }
                    services.values().forEach(service -> views.put(service.name, view(service)));
                    return List.copyOf(views.values());
                });
    }

    /** The last refusals, oldest first; at most 64. */
    public CompletionStage<List<Denial>> denials() {
        return ask(() -> List.copyOf(denials));
    }

    /** What would end if these policies came into force: one sentence each, in order of name. */
    public CompletionStage<List<String>> ending(Policies next) {
        return ask(
                () -> {
                    List<String> sentences = new ArrayList<>();
                    for (Service service : services.values()) {
                        if (service.owner != null && !owns(next, service.owner)) {
                            sentences.add(
                                    service.owner.owner + " would no longer own " + service.name);
                        }
                        service.queue.list().stream()
                                .filter(request -> refusal(next, request, service.name) != null)
                                .map(
                                        request ->
                                                request.caller
                                                        + " would no longer wait for "
                                                        + service.name)
                                .distinct()
                                .sorted(Comparator.naturalOrder())
                                .forEach(sentences::add);
                    }
                    return sentences;
                });
    }

    /** Puts other policies in force, whole; what they no longer allow ends with its code. */
    public CompletionStage<Void> replacePolicies(Policies next) {
        return ask(
                () -> {
                    policies = next;
                    for (Service service : List.copyOf(services.values())) {
                        if (service.owner != null && !owns(next, service.owner)) {
                            release(
                                    service.owner,
                                    CloseReason.of(
                                            ErrorCode.PERMISSION_DENIED,
                                            "the policy for " + service.name + " has changed"));
                        }
                        for (Waiting request : service.queue.list()) {
                            ErrorCode code = refusal(next, request, service.name);
                            if (code != null && service.queue.remove(request)) {
                                end(request.receiver, code, service.name);
                            }
                        }
                    }
                    return null;
                });
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

    private void inTurn(Runnable work) {
        turn.run(work);
        for (Turn callbacks = owed.poll(); callbacks != null; callbacks = owed.poll()) {
            callbacks.drain();
        }
    }

    private <T> CompletionStage<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        inTurn(
                () -> {
                    T value = question.get();
                    later(ends, () -> answer.complete(value));
                });
        return answer;
    }

    /** Runs a callback after the turn, behind those that the same callee has yet to see. */
    private void later(Turn callee, Runnable callback) {
        if (callee.add(callback)) {
            owed.add(callee);
        }
    }

    private void bind(Owned wanted) {
        ErrorCode refused = mayOwn(wanted);
        Service service = refused == null ? service(wanted.name) : null;
        if (refused == null && service.owner != null) {
            refused = ErrorCode.SERVICE_ALREADY_REGISTERED;
        }
        if (refused != null) {
            ErrorCode code = refused;
            deny(wanted.owner, "register", wanted.name, code);
            later(
                    ends,
                    () -> wanted.closed.complete(CloseReason.of(code, text(code, wanted.name))));
            return;
        }
        service.owner = wanted;
        tell(ServiceEvent.Type.REGISTERED, wanted);
        for (Waiting request : service.queue.take()) {
            handOver(service, request);
        }
    }

    private ErrorCode mayOwn(Owned wanted) {
        if (mode == Mode.PERMISSIVE) {
            return null;
        }
        Optional<ServicePolicy> policy = policies.of(wanted.name);
        if (policy.isEmpty()) {
            return ErrorCode.SERVICE_NOT_FOUND;
        }
        return policy.get().owns(wanted.owner).isPresent() ? null : ErrorCode.PERMISSION_DENIED;
    }

    private boolean owns(Policies next, Owned owned) {
        return mode == Mode.PERMISSIVE
                || next.of(owned.name).flatMap(policy -> policy.owns(owned.owner)).isPresent();
    }

    private void request(Waiting request, String name, Optional<Duration> timeout) {
        ErrorCode refused = refusal(policies, request, name);
        if (refused != null) {
            deny(request.caller, "request", name, refused);
            end(request.receiver, refused, name);
            return;
        }
        Service service = service(name);
        if (service.owner != null) {
            handOver(service, request);
        } else if (service.queue.of(request.caller) >= WAITING_LIMIT) {
            later(
                    ends,
                    () ->
                            request.receiver.close(
                                    CloseReason.of(
                                            ErrorCode.UNKNOWN,
                                            WAITING_LIMIT
                                                    + " requests of this caller wait for "
                                                    + name)));
        } else {
            hold(service, request, timeout);
        }
    }

    private void hold(Service service, Waiting request, Optional<Duration> timeout) {
        service.queue.add(request);
        timeout.ifPresent(
                time -> {
                    Duration delay = time.isNegative() ? Duration.ZERO : time;
                    request.timer =
                            clock.after(
                                    delay, timers, () -> inTurn(() -> expire(service, request)));
                });
        request.receiver.closed().thenRun(() -> inTurn(() -> service.queue.remove(request)));
    }

    private void expire(Service service, Waiting request) {
        if (service.queue.remove(request)) {
            end(request.receiver, ErrorCode.TIMEOUT, service.name);
        }
    }

    private ErrorCode refusal(Policies rules, Waiting request, String name) {
        return mode == Mode.PERMISSIVE ? null : refusal(rules, request.caller, name);
    }

    private static ErrorCode refusal(Policies rules, Identity caller, String name) {
        Optional<ServicePolicy> policy = rules.of(name);
        if (policy.isEmpty()) {
            return ErrorCode.SERVICE_NOT_FOUND;
        }
        return policy.get().requests(caller).isPresent() ? null : ErrorCode.PERMISSION_DENIED;
    }

    private void handOver(Service service, Waiting request) {
        service.handedOver++;
        Owned owner = service.owner;
        later(owner.requests, () -> handOver(owner, request));
    }

    private static void handOver(Owned owner, Waiting request) {
        try {
            owner.provider.request(request.caller, request.receiver);
        } catch (RuntimeException e) {
            request.receiver.close(
                    CloseReason.of(ErrorCode.UNKNOWN, "the owner of " + owner.name + " failed"));
            throw e;
        }
    }

    private void query(Identity caller, String name, CompletableFuture<ServiceState> answer) {
        Service service = services.get(name);
        ErrorCode refused;
        if (mode == Mode.PERMISSIVE) {
            boolean seen = service != null || policies.of(name).isPresent();
            refused = seen ? null : ErrorCode.SERVICE_NOT_FOUND;
        } else {
            refused = refusal(policies, caller, name);
        }
        if (refused != null) {
            deny(caller, "query", name, refused);
            later(
                    ends,
                    () ->
                            answer.completeExceptionally(
                                    new ServiceException(refused, text(refused, name))));
            return;
        }
        ServiceState state =
                service == null || service.owner == null
                        ? new ServiceState.Unregistered()
                        : new ServiceState.Registered(service.owner.owner);
        later(ends, () -> answer.complete(state));
    }

    private void release(Owned owned, CloseReason reason) {
        Service service = services.get(owned.name);
        if (service == null || service.owner != owned) {
            later(ends, () -> owned.closed.complete(reason));
            return;
        }
        service.owner = null;
        tell(ServiceEvent.Type.UNREGISTERED, owned);
        later(owned.requests, () -> owned.closed.complete(reason));
    }

    private void tell(ServiceEvent.Type type, Owned owned) {
        ServiceEvent event = new ServiceEvent(type, owned.name, owned.owner);
        for (Watch watch : watches) {
            if (mode == Mode.PERMISSIVE || refusal(policies, watch.caller, owned.name) == null) {
                later(watch.events, () -> watch.tell(event));
            }
        }
    }

    private void end(Pipe receiver, ErrorCode code, String name) {
        later(ends, () -> receiver.close(CloseReason.of(code, text(code, name))));
    }

    private void deny(Identity caller, String call, String name, ErrorCode code) {
        if (denials.size() == DENIALS) {
            denials.poll();
        }
        denials.add(new Denial(clock.wall(), caller, call, name, code));
    }

    private Service service(String name) {
        return services.computeIfAbsent(name, Service::new);
    }

    private static ServiceView view(Service service) {
        return new ServiceView(
                service.name,
                Optional.ofNullable(service.owner).map(owned -> owned.owner),
                service.queue.list().stream().map(request -> request.caller).toList(),
                service.handedOver);
    }

    private static String text(ErrorCode code, String name) {
        return switch (code) {
            case TIMEOUT -> "no owner of " + name + " came in time";
            case PERMISSION_DENIED -> "policy does not allow this caller " + name;
            case SERVICE_ALREADY_REGISTERED -> name + " has an owner; try again when it has gone";
            case SERVICE_NOT_FOUND -> "no policy names " + name;
            case UNKNOWN, UNEXPECTED_OS_ERROR -> name;
        };
    }
}
