package io.armature.services.registry;

import static io.armature.services.registry.Callers.bundle;
import static io.armature.services.registry.Callers.label;
import static io.armature.services.registry.Callers.pipe;
import static io.armature.services.registry.Callers.policy;
import static io.armature.services.registry.Callers.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.policy.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The original's scenarios "Manager", and the statements on registry, observers and time. */
class ServiceRegistryTest {

    private static final String NAME = "FanControl";
    private static final Identity OWNER = user(1);
    private static final Identity REQUESTER = user(2);
    private static final Identity STRANGER = user(3);

    private final HandClock clock = new HandClock();
    private final ServiceRegistry registry = enforcing(policy(NAME, OWNER, REQUESTER));
    private final List<Pipe> taken = new ArrayList<>();
    private final List<Identity> clients = new ArrayList<>();
    private final ServiceProvider provider =
            (client, pipe) -> {
                clients.add(client);
                taken.add(pipe);
            };

    private ServiceRegistry enforcing(Policies policies) {
        return new ServiceRegistry(clock, Runnable::run, Mode.ENFORCING, policies);
    }

    private ServiceRegistry permissive() {
        return new ServiceRegistry(
                clock, Runnable::run, Mode.PERMISSIVE, policy(NAME, OWNER, REQUESTER));
    }

    @Test
    void ownerOfEachKindRegistersIsQueriedAndUnregisters() throws Exception {
        for (Identity owner : List.of(user(1), label("u:r:fan"), bundle("a.fan"))) {
            for (Identity requester : List.of(user(2), label("u:r:dash"), bundle("a.dash"))) {
                ServiceRegistry one = enforcing(policy(NAME, owner, requester));
                Registration registration = one.register(owner, NAME, provider);
                assertThat(get(one.query(requester, NAME)))
                        .isEqualTo(new ServiceState.Registered(owner));
                registration.close();
                assertThat(get(registration.closed())).isEqualTo(CloseReason.NONE);
                assertThat(get(one.query(requester, NAME)))
                        .isEqualTo(new ServiceState.Unregistered());
            }
        }
    }

    @Test
    void unknownNameIsCodeFiveOnRegisterRequestAndQuery() throws Exception {
        assertThat(refused(registry.register(OWNER, "Unknown", provider))).isEqualTo(5);
        assertThat(refused(request(REQUESTER, "Unknown"))).isEqualTo(5);
        assertThat(refusedQuery(registry, REQUESTER, "Unknown")).isEqualTo(5);
    }

    @Test
    void wrongOwnerAndWrongRequesterAreCodeThree() throws Exception {
        assertThat(refused(registry.register(STRANGER, NAME, provider))).isEqualTo(3);
        assertThat(refused(registry.register(REQUESTER, NAME, provider))).isEqualTo(3);
        assertThat(refused(request(STRANGER, NAME))).isEqualTo(3);
        assertThat(refused(request(OWNER, NAME))).isEqualTo(3);
    }

    @Test
    void ownerThatIsNoRequesterCannotQuery() throws Exception {
        registry.register(OWNER, NAME, provider);
        assertThat(refusedQuery(registry, OWNER, NAME)).isEqualTo(3);
        assertThat(refusedQuery(registry, STRANGER, NAME)).isEqualTo(3);
    }

    @Test
    void secondRegistrationIsCodeFourEvenOfTheSameCaller() throws Exception {
        Registration first = registry.register(OWNER, NAME, provider);
        assertThat(refused(registry.register(OWNER, NAME, (c, p) -> p.close()))).isEqualTo(4);
        assertThat(first.closed().toCompletableFuture()).isNotDone();
        request(REQUESTER, NAME);
        assertThat(taken).hasSize(1);
    }

    @Test
    void existenceIsCheckedBeforePermissionAndPermissionBeforeRegistration() throws Exception {
        registry.register(OWNER, NAME, provider);
        assertThat(refused(registry.register(STRANGER, "Unknown", provider))).isEqualTo(5);
        assertThat(refused(registry.register(STRANGER, NAME, provider))).isEqualTo(3);
    }

    @Test
    void codesHaveTheOriginalsNumbersAndZeroIsNone() {
        assertThat(ErrorCode.values())
                .extracting(ErrorCode::number)
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(ErrorCode.of(0)).isEmpty();
        assertThat(CloseReason.NONE.error()).isEmpty();
    }

    @Test
    void requestAfterRegistrationPassesTheIdentity() {
        registry.register(OWNER, NAME, provider);
        request(REQUESTER, NAME);
        assertThat(clients).containsExactly(REQUESTER);
    }

    @Test
    void requestBeforeRegistrationIsDeliveredWithBufferedCallsInOrder() {
        LocalPipe pipe = pipe();
        registry.request(REQUESTER, NAME, Optional.empty(), pipe.far());
        pipe.near().send(bytes("a"));
        pipe.near().send(bytes("b"));
        List<String> heard = new ArrayList<>();
        registry.register(OWNER, NAME, (c, end) -> end.listen(m -> heard.add(text(m))));
        pipe.near().send(bytes("c"));
        assertThat(heard).containsExactly("a", "b", "c");
    }

    @Test
    void timeOutsZeroAndFiveExpireWhileTenAndNoneSucceedAtFive() throws Exception {
        Pipe zero = request(REQUESTER, NAME, Duration.ZERO);
        Pipe negative = request(REQUESTER, NAME, Duration.ofSeconds(-1));
        Pipe five = request(REQUESTER, NAME, Duration.ofSeconds(5));
        Pipe ten = request(REQUESTER, NAME, Duration.ofSeconds(10));
        Pipe none = request(REQUESTER, NAME);
        clock.advance(Duration.ZERO);
        assertThat(refused(zero)).isEqualTo(2);
        assertThat(refused(negative)).isEqualTo(2);
        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(five.closed().toCompletableFuture()).isNotDone();
        clock.advance(Duration.ofNanos(1));
        assertThat(refused(five)).isEqualTo(2);
        registry.register(OWNER, NAME, provider);
        assertThat(taken).hasSize(2);
        clock.advance(Duration.ofDays(1));
        assertThat(ten.closed().toCompletableFuture()).isNotDone();
        assertThat(none.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void zeroTimeOutCanStillBeWonByARegistration() {
        Pipe zero = request(REQUESTER, NAME, Duration.ZERO);
        registry.register(OWNER, NAME, provider);
        clock.advance(Duration.ofDays(1));
        assertThat(taken).hasSize(1);
        assertThat(zero.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void requestWithoutLimitWaitsForEverAndExpiryIsToldOnce() throws Exception {
        List<Long> codes = new ArrayList<>();
        Pipe none = request(REQUESTER, NAME);
        Pipe huge = request(REQUESTER, NAME, Duration.ofSeconds(Long.MAX_VALUE));
        Pipe five = request(REQUESTER, NAME, Duration.ofSeconds(5));
        five.closed().thenAccept(reason -> codes.add(reason.code()));
        clock.advance(Duration.ofDays(365));
        clock.advance(Duration.ofDays(365));
        assertThat(codes).containsExactly(2L);
        assertThat(none.closed().toCompletableFuture()).isNotDone();
        assertThat(huge.closed().toCompletableFuture()).isNotDone();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void registrationCancelsAllTimersOfTheServiceAndOfNoOther() {
        request(REQUESTER, NAME, Duration.ofSeconds(5));
        request(REQUESTER, NAME, Duration.ofSeconds(1));
        assertThat(clock.pending()).isEqualTo(1);
        registry.register(OWNER, NAME, provider);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void timeOutIsNotUsedWhereAnOwnerIs() {
        registry.register(OWNER, NAME, provider);
        request(REQUESTER, NAME, Duration.ZERO);
        assertThat(clock.pending()).isZero();
        assertThat(taken).hasSize(1);
    }

    @Test
    void requesterThatHasGoneLeavesTheQueueAndItsTimer() {
        Pipe near = request(REQUESTER, NAME, Duration.ofSeconds(5));
        near.close();
        assertThat(clock.pending()).isZero();
        registry.register(OWNER, NAME, provider);
        assertThat(taken).isEmpty();
    }

    @Test
    void whatARequesterLeftBehindIsStillDelivered() {
        Pipe near = request(REQUESTER, NAME);
        near.send(bytes("last words"));
        near.close();
        List<String> heard = new ArrayList<>();
        registry.register(OWNER, NAME, (c, end) -> end.listen(m -> heard.add(text(m))));
        assertThat(heard).containsExactly("last words");
    }

    @Test
    void observerGetsBothEventsWithTheFormerOwnerAndNoReplay() {
        registry.register(OWNER, NAME, provider).close();
        List<ServiceEvent> events = new ArrayList<>();
        registry.observe(REQUESTER, events::add);
        assertThat(events).isEmpty();
        registry.register(OWNER, NAME, provider).close();
        assertThat(events)
                .containsExactly(
                        new ServiceEvent(ServiceEvent.Type.REGISTERED, NAME, OWNER),
                        new ServiceEvent(ServiceEvent.Type.UNREGISTERED, NAME, OWNER));
    }

    @Test
    void nonRequesterObservesNothingAndADoubleMatchIsToldOnce() {
        Identity both =
                new Identity(Optional.empty(), Optional.of("u:r:d"), 2, 2, 1, Optional.empty());
        ServiceRegistry one = enforcing(policy(NAME, OWNER, user(2), label("u:r:d")));
        List<ServiceEvent> events = new ArrayList<>();
        List<ServiceEvent> none = new ArrayList<>();
        one.observe(both, events::add);
        one.observe(STRANGER, none::add);
        one.observe(OWNER, none::add);
        one.register(OWNER, NAME, provider);
        assertThat(events).hasSize(1);
        assertThat(none).isEmpty();
    }

    @Test
    void eachObserverOfACallerIsToldUntilItsEnd() {
        List<ServiceEvent> events = new ArrayList<>();
        Subscription first = registry.observe(REQUESTER, events::add);
        registry.observe(REQUESTER, events::add);
        Registration registration = registry.register(OWNER, NAME, provider);
        assertThat(events).hasSize(2);
        first.close();
        registration.close();
        assertThat(events).hasSize(3);
    }

    @Test
    void observersAreToldBeforeWaitingRequestsAreForwarded() {
        List<String> order = new ArrayList<>();
        registry.observe(REQUESTER, event -> order.add(event.type().name()));
        request(REQUESTER, NAME);
        registry.register(OWNER, NAME, (client, pipe) -> order.add("request"));
        assertThat(order).containsExactly("REGISTERED", "request");
    }

    @Test
    void afterOwnerLossRequestsQueueForTheNextOwnerAndLinksLive() {
        Registration first = registry.register(OWNER, NAME, provider);
        Pipe old = request(REQUESTER, NAME);
        first.close();
        Pipe next = request(REQUESTER, NAME);
        assertThat(taken).hasSize(1);
        registry.register(OWNER, NAME, provider);
        assertThat(taken).hasSize(2);
        List<String> heard = new ArrayList<>();
        taken.get(0).listen(message -> heard.add(text(message)));
        old.send(bytes("still there"));
        assertThat(heard).containsExactly("still there");
        assertThat(next.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void ownerThatClosesWhileItIsServedGetsNothingMore() throws Exception {
        List<Registration> own = new ArrayList<>();
        Pipe first = request(REQUESTER, NAME);
        Pipe second = request(REQUESTER, NAME);
        CompletableFuture<Void> attached = new CompletableFuture<>();
        registry.observe(REQUESTER, event -> attached.complete(null));
        own.add(
                registry.register(
                        OWNER,
                        NAME,
                        (client, pipe) -> {
                            taken.add(pipe);
                            own.forEach(Registration::close);
                        }));
        assertThat(taken).hasSize(2); // it had no hold on its registration before
        own.forEach(Registration::close);
        Pipe third = request(REQUESTER, NAME);
        assertThat(taken).hasSize(2);
        assertThat(third.closed().toCompletableFuture()).isNotDone();
        assertThat(first.closed().toCompletableFuture()).isNotDone();
        assertThat(second.closed().toCompletableFuture()).isNotDone();
        assertThat(get(own.get(0).closed()).code()).isZero();
    }

    @Test
    void oneCallerMayHaveSoManyRequestsWaiting() throws Exception {
        ServiceRegistry one = enforcing(policy(NAME, OWNER, REQUESTER, STRANGER));
        for (int i = 0; i < ServiceRegistry.WAITING_LIMIT; i++) {
            one.request(REQUESTER, NAME, Optional.empty(), pipe().far());
        }
        LocalPipe tooMany = pipe();
        one.request(REQUESTER, NAME, Optional.empty(), tooMany.far());
        assertThat(get(tooMany.near().closed()).code()).isEqualTo(1);
        LocalPipe other = pipe();
        one.request(STRANGER, NAME, Optional.empty(), other.far());
        assertThat(other.near().closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void permissiveModeAllowsWrongCallersAndUnknownNames() throws Exception {
        ServiceRegistry open = permissive();
        List<ServiceEvent> events = new ArrayList<>();
        open.observe(STRANGER, events::add);
        Registration wrong = open.register(STRANGER, NAME, provider);
        Registration unknown = open.register(STRANGER, "Unknown", provider);
        assertThat(wrong.closed().toCompletableFuture()).isNotDone();
        assertThat(unknown.closed().toCompletableFuture()).isNotDone();
        open.request(STRANGER, NAME, Optional.empty(), pipe().far());
        open.request(STRANGER, "Unknown", Optional.empty(), pipe().far());
        assertThat(taken).hasSize(2);
        assertThat(events).hasSize(2);
        assertThat(get(open.query(STRANGER, "Unknown")))
                .isEqualTo(new ServiceState.Registered(STRANGER));
    }

    @Test
    void permissiveModeStillReportsFourAndTwoAndFiveOfUnseenNames() throws Exception {
        ServiceRegistry open = permissive();
        assertThat(refusedQuery(open, STRANGER, "Unseen")).isEqualTo(5);
        assertThat(get(open.query(STRANGER, NAME))).isEqualTo(new ServiceState.Unregistered());
        LocalPipe pipe = pipe();
        open.request(STRANGER, "Unseen", Optional.of(Duration.ofSeconds(5)), pipe.far());
        assertThat(get(open.query(STRANGER, "Unseen"))).isEqualTo(new ServiceState.Unregistered());
        clock.advance(Duration.ofSeconds(5));
        assertThat(get(pipe.near().closed()).code()).isEqualTo(2);
        open.register(STRANGER, NAME, provider);
        assertThat(refused(open.register(OWNER, NAME, provider))).isEqualTo(4);
    }

    @Test
    void failingCallbacksHurtNobodyElse() throws Exception {
        registry.observe(
                REQUESTER,
                event -> {
                    throw new LinkageError("classes of a bundle that is being replaced");
                });
        List<ServiceEvent> events = new ArrayList<>();
        registry.observe(REQUESTER, events::add);
        Pipe first = request(REQUESTER, NAME);
        Pipe second = request(REQUESTER, NAME);
        Registration registration =
                registry.register(
                        OWNER,
                        NAME,
                        (client, pipe) -> {
                            throw new LinkageError("classes of a bundle that is being replaced");
                        });
        assertThat(refused(first)).isEqualTo(1);
        assertThat(refused(second)).isEqualTo(1);
        assertThat(refused(request(REQUESTER, NAME))).isEqualTo(1);
        registration.close();
        assertThat(events).hasSize(2);
    }

    @Test
    void callbackMayCallTheRegistryAndWaitForTheAnswer() throws Exception {
        List<ServiceState> states = new ArrayList<>();
        Pipe first = request(REQUESTER, NAME, Duration.ZERO);
        first.closed()
                .thenRun(
                        () ->
                                states.add(
                                        registry.query(REQUESTER, NAME)
                                                .toCompletableFuture()
                                                .join()));
        clock.advance(Duration.ZERO);
        assertThat(states).containsExactly(new ServiceState.Unregistered());
        registry.observe(
                REQUESTER,
                event -> states.add(registry.query(REQUESTER, NAME).toCompletableFuture().join()));
        registry.register(OWNER, NAME, provider);
        assertThat(states).endsWith(new ServiceState.Registered(OWNER));
    }

    @Test
    void otherPoliciesEndWhatTheyNoLongerAllowAndSaySoBefore() throws Exception {
        Registration registration = registry.register(OWNER, NAME, provider);
        List<ServiceEvent> events = new ArrayList<>();
        registry.observe(REQUESTER, events::add);
        Policies other = policy(NAME, STRANGER, REQUESTER);
        assertThat(get(registry.ending(other)))
                .containsExactly(OWNER + " would no longer own " + NAME);
        assertThat(registration.closed().toCompletableFuture()).isNotDone();
        get(registry.replacePolicies(other));
        assertThat(get(registration.closed()).code()).isEqualTo(3);
        assertThat(events).extracting(ServiceEvent::dispatcher).containsExactly(OWNER);

        Pipe waiting = request(REQUESTER, NAME, Duration.ofSeconds(5));
        assertThat(get(registry.ending(Policies.NONE)))
                .containsExactly(REQUESTER + " would no longer wait for " + NAME);
        get(registry.replacePolicies(Policies.NONE));
        assertThat(refused(waiting)).isEqualTo(5);
        assertThat(clock.pending()).isZero();
        assertThat(get(registry.services())).isEmpty();
        assertThat(get(registry.denials())).isEmpty();
    }

    @Test
    void viewAndDenialsShowWhatHasHappened() throws Exception {
        request(REQUESTER, NAME);
        request(STRANGER, NAME);
        refusedQuery(registry, STRANGER, "Unknown");
        assertThat(get(registry.services()))
                .containsExactly(new ServiceView(NAME, Optional.empty(), List.of(REQUESTER), 0));
        registry.register(OWNER, NAME, provider);
        assertThat(get(registry.services()))
                .containsExactly(new ServiceView(NAME, Optional.of(OWNER), List.of(), 1));
        assertThat(get(registry.denials()))
                .extracting(Denial::call, Denial::service, Denial::code)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "request", NAME, ErrorCode.PERMISSION_DENIED),
                        org.assertj.core.groups.Tuple.tuple(
                                "query", "Unknown", ErrorCode.SERVICE_NOT_FOUND));
    }

    @Test
    void namesOutsideTheirLengthAreABugOfTheCaller() {
        assertThatThrownBy(() -> registry.query(REQUESTER, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> registry.register(OWNER, "x".repeat(256), provider))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Pipe request(Identity caller, String name) {
        LocalPipe pipe = pipe();
        registry.request(caller, name, Optional.empty(), pipe.far());
        return pipe.near();
    }

    private Pipe request(Identity caller, String name, Duration timeout) {
        LocalPipe pipe = pipe();
        registry.request(caller, name, Optional.of(timeout), pipe.far());
        return pipe.near();
    }

    private static long refused(Pipe pipe) throws Exception {
        return get(pipe.closed()).code();
    }

    private static long refused(Registration registration) throws Exception {
        return get(registration.closed()).code();
    }

    private static int refusedQuery(ServiceRegistry registry, Identity caller, String name)
            throws Exception {
        CompletionStage<ErrorCode> code =
                registry.query(caller, name)
                        .handle((state, failure) -> ((ServiceException) failure).code());
        return get(code).number();
    }

    /** Everything is decided in the calling thread here. */
    private static <T> T get(CompletionStage<T> stage) throws Exception {
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertThat(future).isDone();
        return future.get();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }
}
