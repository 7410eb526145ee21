package io.armature.dbus.wire.link;

import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stays connected to a bus that may come late, go and come back, and owns a name there. On the
 * loop's thread, where nothing else is said.
 */
public final class BusLink {

    /** What the connection is for. */
    public interface User {

        /** A new connection; the one before it is gone. */
        void connected(BusSession session);

        /** The connection is gone. */
        void disconnected();

        /** The name has become ours, or no longer is. */
        void serving(boolean ours);

        /** Somebody calls us. */
        void called(BusSession session, Message call);

        /** Somebody calls us with more than we take. */
        void calledTooLong(BusSession session, Message head, long bytes);

        /** All that was sent has left. */
        void drained();
    }

    private static final Logger LOG = LoggerFactory.getLogger(BusLink.class);
    private static final int OWNER = 1;
    private static final int QUEUED = 2;
    private static final int OWNED_ALREADY = 4;

    private final LinkSettings settings;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final Loop loop;
    private final User user;
    private final CompletableFuture<Void> prepared = new CompletableFuture<>();
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private volatile Optional<String> trouble = Optional.empty();
    private BusSession session;
    private DeviceClock.Timer retry;
    private int attempts;
    private int refusals;
    private boolean ours;
    private boolean leaving;
    private boolean dropping;

    /** Does nothing yet. */
    public BusLink(
            LinkSettings settings, DeviceClock clock, Randomness randomness, Loop loop, User user) {
        this.settings = settings;
        this.clock = clock;
        this.randomness = randomness;
        this.loop = loop;
        this.user = user;
    }

    /** Connects, and again whenever the connection is lost. */
    public void open() {
        if (session != null || leaving) {
            return;
        }
        if (!Files.exists(settings.address().path())) {
            lost("there is no bus at " + settings.address().path());
            return;
        }
        try {
            session =
                    new BusSession(
                            loop,
                            clock,
                            settings.address(),
                            settings.messageLimitBytes(),
                            new SessionEvents());
        } catch (IOException e) {
            lost(settings.address().path() + ": " + FailureText.of(e));
            return;
        }
        user.connected(session);
        if (settings.name().isEmpty()) {
            session.callBus("GetId", "", Body.empty(), this::greeted);
        } else {
            requestName();
        }
    }

    /** Why the name is not ours. Any thread may call this. */
    public List<Fault> faults() {
        return trouble.map(
                        reason -> List.of(new Fault(settings.source(), settings.subject(), reason)))
                .orElse(List.of());
    }

    /** Completes when the name is ours, somebody else's that we wait for, or out of reach. */
    public CompletionStage<Void> prepared() {
        return prepared;
    }

    /** Completes when the name is ours, or out of reach for now. */
    public CompletionStage<Void> serving() {
        return serving;
    }

    /**
     * Gives the name back; what was sent to it before still arrives.
     *
     * @param left told when nothing more will come
     */
    public void leave(Runnable left) {
        leaving = true;
        if (retry != null) {
            retry.cancel();
        }
        if (session == null || settings.name().isEmpty()) {
            left.run();
        } else {
            session.callBus("ReleaseName", "s", Body.of(settings.name()), answer -> left.run());
        }
    }

    /** Ends the connection. */
    public void close() {
        leaving = true;
        if (session != null) {
            session.close("closing");
        }
    }

    /** It waits in the queue of the name if somebody has it. */
    private void requestName() {
        BusSession asked = session;
        ByteBuffer body = Body.of(settings.name(), 0);
        asked.callBus(
                "RequestName",
                "su",
                body,
                answer -> {
                    if (asked == session && !leaving) {
                        requested(answer);
                    }
                });
    }

    /** Without a name, being on the bus is all. */
    private void greeted(Message answer) {
        if (answer.type() == Message.Type.REPLY) {
            attempts = 0;
            trouble = Optional.empty();
            unreachable();
        }
    }

    private void requested(Message answer) {
        if (answer.type() != Message.Type.REPLY) {
            String reason = BusSession.text(answer);
            if (reason.startsWith(BusSession.NO_REPLY)) {
                session.close(reason);
                return;
            }
            attempts = 0;
            troubled(
                    "the bus does not let us have the name ("
                            + reason
                            + "); install the slot's dbus/"
                            + settings.name()
                            + ".conf in /etc/dbus-1/system.d and run as its owner");
            unreachable();
            retry = after(++refusals, this::requestName);
            return;
        }
        attempts = 0;
        refusals = 0;
        switch (code(answer)) {
            case OWNER, OWNED_ALREADY -> named(true);
            case QUEUED -> {
                troubled("another process has the name; it becomes ours when that one ends");
                prepared.complete(null);
            }
            default -> {
                troubled("the bus does not give us the name");
                unreachable();
            }
        }
    }

    private static int code(Message answer) {
        try {
            return new Body(answer).word();
        } catch (MalformedException e) {
            return 0;
        }
    }

    private void named(boolean now) {
        if (now == ours) {
            return;
        }
        ours = now;
        if (now) {
            LOG.info("on the bus name={}", settings.name());
            trouble = Optional.empty();
            prepared.complete(null);
            serving.complete(null);
        } else if (!leaving) {
            troubled("the name was taken from us; it becomes ours when its owner ends");
        }
        user.serving(now);
    }

    private void lost(String reason) {
        unreachable();
        if (leaving) {
            return;
        }
        troubled("not on the bus: " + reason);
        attempts++;
        retry = after(attempts, this::open);
    }

    /** Nothing is gained by waiting for us. */
    private void unreachable() {
        prepared.complete(null);
        serving.complete(null);
    }

    private void troubled(String reason) {
        if (settings.required() && !trouble.equals(Optional.of(reason))) {
            LOG.warn("{} reason=\"{}\"", settings.subject(), reason);
            trouble = Optional.of(reason);
        }
    }

    private DeviceClock.Timer after(int failed, Runnable task) {
        byte[] random = new byte[Integer.BYTES];
        randomness.fill(random);
        long millis = settings.reconnect().millisAfter(failed, ByteBuffer.wrap(random).getInt());
        return clock.after(Duration.ofMillis(millis), loop, task);
    }

    private final class SessionEvents implements BusSession.Events {

        @Override
        public void called(Message call) {
            user.called(session, call);
        }

        @Override
        public void calledTooLong(Message head, long bytes) {
            user.calledTooLong(session, head, bytes);
        }

        @Override
        public void dropped(long bytes) {
            if (!dropping) { // whoever may call us can repeat it
                LOG.warn("message dropped bytes={} reason=\"its header is too long\"", bytes);
            }
            dropping = true;
        }

        @Override
        public void named(String name, boolean now) {
            if (name.equals(settings.name())) {
                BusLink.this.named(now);
            }
        }

        @Override
        public void drained() {
            user.drained();
        }

        @Override
        public void closed(String reason) {
            session = null;
            if (retry != null) {
                retry.cancel();
            }
            if (ours) {
                ours = false;
                user.serving(false);
            }
            user.disconnected();
            lost(reason);
        }
    }
}
