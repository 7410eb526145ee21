package io.armature.services.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ServiceManager} keeps, whoever is behind it. A provider's test extends it. The
 * callers it gives may own and request {@link #NAME} as their names say; {@link #UNKNOWN} is named
 * by nobody.
 */
public abstract class ServiceManagerContract {

    /** A service that the callers of this test know. */
    protected static final String NAME = "ContractService";

    /** A service that no policy names. */
    protected static final String UNKNOWN = "NobodyNamesThis";

    private final BlockingQueue<Pipe> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Identity> clients = new LinkedBlockingQueue<>();

    /** A caller that may own {@link #NAME}. The same at each call. */
    protected abstract ServiceManager owner() throws Exception;

    /** A caller that may request {@link #NAME}. The same at each call. */
    protected abstract ServiceManager requester() throws Exception;

    /** Who {@link #owner()} is. */
    protected abstract Identity ownerIdentity();

    /** Who {@link #requester()} is. */
    protected abstract Identity requesterIdentity();

    private void take(Identity client, Pipe pipe) {
        clients.add(client);
        requests.add(pipe);
    }

    private Registration registered() throws Exception {
        Registration registration = owner().register(NAME, this::take);
        // A query of the same caller is answered after the registration is done.
        owner().query(NAME).handle((state, refused) -> null).toCompletableFuture().get(60, S);
        return registration;
    }

    @Test
    void requestReachesTheOwnerWithTheRequestersIdentity() throws Exception {
        registered();
        Pipe near = requester().request(NAME);
        Pipe far = next(requests);
        assertThat(next(clients)).isEqualTo(requesterIdentity());
        BlockingQueue<String> heard = listen(far);
        BlockingQueue<String> answers = listen(near);
        near.send(bytes("question"));
        assertThat(next(heard)).isEqualTo("question");
        far.send(bytes("answer"));
        assertThat(next(answers)).isEqualTo("answer");
    }

    @Test
    void requestBeforeRegistrationIsBoundAfterItWithItsMessagesInOrder() throws Exception {
        Pipe near = requester().request(NAME);
        for (int i = 0; i < 100; i++) {
            assertThat(near.send(bytes("m" + i))).isEqualTo(Pipe.Sent.SENT);
        }
        registered();
        BlockingQueue<String> heard = listen(next(requests));
        for (int i = 0; i < 100; i++) {
            assertThat(next(heard)).isEqualTo("m" + i);
        }
    }

    @Test
    void waitingRequestsAreHandedOverOldestFirst() throws Exception {
        for (int i = 0; i < 5; i++) {
            requester().request(NAME).send(bytes("r" + i));
        }
        registered();
        for (int i = 0; i < 5; i++) {
            assertThat(next(listen(next(requests)))).isEqualTo("r" + i);
        }
    }

    @Test
    void secondRegistrationGetsItsCodeAndTheFirstKeepsServing() throws Exception {
        registered();
        Registration second = owner().register(NAME, (client, pipe) -> pipe.close());
        assertThat(get(second.closed()).code()).isEqualTo(4);
        requester().request(NAME).send(bytes("still here"));
        assertThat(next(listen(next(requests)))).isEqualTo("still here");
    }

    @Test
    void queryTellsTheOwnerAndItsAbsence() throws Exception {
        requester().request(NAME).close();
        assertThat(get(requester().query(NAME))).isEqualTo(new ServiceState.Unregistered());
        Registration registration = registered();
        assertThat(get(requester().query(NAME)))
                .isEqualTo(new ServiceState.Registered(ownerIdentity()));
        registration.close();
        assertThat(get(registration.closed()).code()).isZero();
        assertThat(get(requester().query(NAME))).isEqualTo(new ServiceState.Unregistered());
    }

    @Test
    void queryOfAnUnknownNameFailsAndTheManagerStaysUsable() throws Exception {
        assertThatThrownBy(() -> get(requester().query(UNKNOWN)))
                .cause()
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_NOT_FOUND));
        registered();
        requester().request(NAME).send(bytes("usable"));
        assertThat(next(listen(next(requests)))).isEqualTo("usable");
    }

    @Test
    void observerIsToldOfLaterEventsOnlyWithTheOwner() throws Exception {
        Registration before = registered();
        before.close();
        get(before.closed());
        BlockingQueue<ServiceEvent> events = new LinkedBlockingQueue<>();
        Subscription subscription = requester().observe(events::add);
        get(requester().query(NAME));
        Registration registration = registered();
        assertThat(next(events))
                .isEqualTo(new ServiceEvent(ServiceEvent.Type.REGISTERED, NAME, ownerIdentity()));
        registration.close();
        assertThat(next(events))
                .isEqualTo(new ServiceEvent(ServiceEvent.Type.UNREGISTERED, NAME, ownerIdentity()));
        subscription.close();
        get(requester().query(NAME));
        registered();
        get(requester().query(NAME));
        assertThat(events).isEmpty();
    }

    @Test
    void linksSurviveTheEndOfTheRegistrationAndTheNextOwnerGetsNewRequests() throws Exception {
        Registration first = registered();
        Pipe old = requester().request(NAME);
        Pipe oldFar = next(requests);
        first.close();
        get(first.closed());
        Pipe waiting = requester().request(NAME);
        waiting.send(bytes("for the next one"));
        registered();
        assertThat(next(listen(next(requests)))).isEqualTo("for the next one");
        BlockingQueue<String> heard = listen(oldFar);
        old.send(bytes("still linked"));
        assertThat(next(heard)).isEqualTo("still linked");
    }

    @Test
    void ownerThatThrowsClosesTheRequestOnly() throws Exception {
        owner().register(
                        NAME,
                        (client, pipe) -> {
                            throw new IllegalStateException("a bug of the owner");
                        });
        Pipe near = requester().request(NAME);
        assertThat(get(near.closed()).code()).isEqualTo(1);
        assertThat(get(requester().query(NAME))).isInstanceOf(ServiceState.Registered.class);
    }

    @Test
    void reasonArrivesAfterTheLastMessageAndOnce() throws Exception {
        registered();
        Pipe near = requester().request(NAME);
        Pipe far = next(requests);
        BlockingQueue<String> order = new LinkedBlockingQueue<>();
        far.closed().thenAccept(reason -> order.add(reason.code() + " " + reason.text()));
        near.send(bytes("a"));
        near.send(bytes("b"));
        near.close(new CloseReason(4_294_967_295L, "enough"));
        near.close(new CloseReason(7, "twice"));
        far.listen(message -> order.add(new String(message, StandardCharsets.UTF_8)));
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            seen.add(next(order));
        }
        assertThat(seen).containsExactly("a", "b", "4294967295 enough");
        assertThat(get(near.closed()).text()).isEqualTo("enough");
        assertThat(near.send(bytes("late"))).isEqualTo(Pipe.Sent.CLOSED);
        assertThat(far.send(bytes("late"))).isEqualTo(Pipe.Sent.CLOSED);
    }

    @Test
    void fullPipeSaysSoAndTellsWhenThereIsRoom() throws Exception {
        registered();
        Pipe near = requester().request(NAME);
        Pipe far = next(requests);
        byte[] large = new byte[Pipe.MESSAGE_LIMIT_BYTES];
        int sent = 0;
        Pipe.Sent last = near.send(large);
        while (last == Pipe.Sent.SENT) {
            sent++;
            assertThat(sent).as("messages kept for an end that never listens").isLessThan(100);
            last = near.send(large);
        }
        assertThat(last).isEqualTo(Pipe.Sent.FULL); // between processes there may be room by now
        BlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
        CompletionStage<Void> room = near.writable();
        far.listen(heard::add);
        get(room);
        for (int i = 0; i < sent; i++) {
            assertThat(next(heard)).hasSize(large.length);
        }
        assertThat(near.send(bytes("more"))).isEqualTo(Pipe.Sent.SENT);
        assertThat(next(heard)).isEqualTo(bytes("more"));
    }

    @Test
    void tooLongMessageAndSecondListenerAreBugsOfTheCaller() throws Exception {
        Pipe near = requester().request(NAME);
        assertThatThrownBy(() -> near.send(new byte[Pipe.MESSAGE_LIMIT_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        near.listen(message -> {});
        assertThatThrownBy(() -> near.listen(message -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void listenerThatThrowsClosesThePipe() throws Exception {
        registered();
        Pipe near = requester().request(NAME);
        next(requests)
                .listen(
                        message -> {
                            throw new IllegalStateException("a bug of the listener");
                        });
        near.send(bytes("a"));
        assertThat(get(near.closed()).code()).isEqualTo(1);
    }

    private static final TimeUnit S = TimeUnit.SECONDS;

    private static BlockingQueue<String> listen(Pipe end) {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        end.listen(message -> heard.add(new String(message, StandardCharsets.UTF_8)));
        return heard;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(60, S);
        assertThat(next).as("what should have come within 60 s").isNotNull();
        return next;
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, S);
    }
}
