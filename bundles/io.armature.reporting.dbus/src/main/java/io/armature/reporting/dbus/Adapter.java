package io.armature.reporting.dbus;

import io.armature.dbus.wire.BusAddress;
import io.armature.dbus.wire.Message;
import io.armature.dbus.wire.link.BackOff;
import io.armature.dbus.wire.link.BusLink;
import io.armature.dbus.wire.link.BusSession;
import io.armature.dbus.wire.link.LinkSettings;
import io.armature.dbus.wire.link.Loop;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Reporting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts put together. Any thread may call this; the loop's thread does the work. */
final class Adapter {

    private static final Logger LOG = LoggerFactory.getLogger(Adapter.class);
    private static final Duration DRAIN = Duration.ofMillis(1_500);
    private static final Duration END = Duration.ofMillis(500);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Loop loop;
    private final Missived missived;
    private final BusLink link;

    /**
     * @param loop its own from now on
     * @param users in the form of {@code /etc/passwd}
     * @param spool as {@link Missived} wants it
     * @throws IllegalArgumentException if a setting is wrong
     */
    Adapter(
            Loop loop,
            DbusSettings settings,
            Path users,
            DeviceClock clock,
            Randomness randomness,
            Supplier<Optional<Reporting>> spool) {
        this.loop = loop;
        Access access =
                new Access(
                        new Users(users),
                        settings.uploader_users(),
                        settings.controlled_destinations());
        CallLimits limits =
                new CallLimits(
                        settings.calls(), settings.call_bytes(), settings.calls_of_one_sender());
        LinkSettings connection =
                new LinkSettings(
                        BusAddress.parse(settings.bus_address()),
                        "reporting.dbus",
                        Missived.NAME,
                        settings.required(),
                        settings.message_limit_bytes(),
                        new BackOff(settings.reconnect_min_ms(), settings.reconnect_max_ms()));
        this.missived = new Missived(loop, spool, access, limits);
        this.link = new BusLink(connection, clock, randomness, loop, new LinkUser());
    }

    /** Connects in the background. */
    void start() {
        loop.execute(link::open);
    }

    List<Fault> faults() {
        return link.faults();
    }

    CompletionStage<Void> prepared() {
        return link.prepared();
    }

    CompletionStage<Void> serving() {
        return link.serving();
    }

    /** Senders that are known by their connection, at this moment. */
    CompletionStage<Integer> identities() {
        return CompletableFuture.supplyAsync(missived::identities, loop);
    }

    /**
     * Gives the name away and waits, not long, until the calls that came before are answered.
     *
     * @param atOnce not to wait, because nobody would answer them
     */
    void leave(boolean atOnce) {
        CountDownLatch answered = new CountDownLatch(1);
        loop.execute(
                () ->
                        link.leave(
                                () -> {
                                    if (atOnce) {
                                        answered.countDown();
                                    } else {
                                        missived.whenIdle(answered::countDown);
                                    }
                                }));
        await(answered, DRAIN);
    }

    /**
     * Ends the connection; calls that are not answered yet are told to come again. Repeating it is
     * harmless.
     */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CountDownLatch ended = new CountDownLatch(1);
        loop.execute(
                () -> {
                    missived.close();
                    link.close();
                    ended.countDown();
                });
        loop.close();
        if (!await(ended, END)) {
            LOG.warn("bus connection does not end");
        }
    }

    private static boolean await(CountDownLatch latch, Duration time) {
        try {
            return latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private final class LinkUser implements BusLink.User {

        @Override
        public void connected(BusSession session) {
            missived.connected(session);
        }

        @Override
        public void disconnected() {
            missived.disconnected();
        }

        @Override
        public void serving(boolean ours) {
            // Calls come with the name; there is nothing to do.
        }

        @Override
        public void called(BusSession session, Message call) {
            missived.called(session, call);
        }

        @Override
        public void calledTooLong(BusSession session, Message head, long bytes) {
            missived.calledTooLong(session, head);
        }

        @Override
        public void drained() {
            // Nothing waits for room yet.
        }
    }
}
