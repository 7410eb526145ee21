package io.armature.reporting.dbus.uploader;

import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.BusAddress;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import io.armature.dbus.wire.link.BackOff;
import io.armature.dbus.wire.link.BusLink;
import io.armature.dbus.wire.link.BusSession;
import io.armature.dbus.wire.link.LinkSettings;
import io.armature.dbus.wire.link.Loop;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of batches to a browser on the bus. Any thread may call this; the loop's thread does the
 * work.
 */
final class BrowserUploader implements Uploader, AutoCloseable {

    /** Told on the loop's thread when the browser comes and goes. */
    interface Availability {
        void changed(boolean available);
    }

    static final String SOURCE = "reporting.dbus.uploader";

    private static final Logger LOG = LoggerFactory.getLogger(BrowserUploader.class);
    private static final long CLOSE_MILLIS = 1_900;
    private static final String ABSENT = "Service is unavailable";

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Loop loop = new Loop("dbus-uploader");
    private final Availability availability;
    private final Calls.CallLimits limits;
    private final boolean required;
    private final BusLink link;

    // Of the loop's thread.
    private Optional<Calls> calls = Optional.empty();

    private volatile boolean absent = true;

    /**
     * @throws IllegalArgumentException if a setting is wrong
     */
    BrowserUploader(
            UploaderSettings settings,
            DeviceClock clock,
            Randomness randomness,
            Availability availability) {
        this.availability = availability;
        this.required = settings.required();
        this.limits =
                new Calls.CallLimits(
                        settings.max_running(),
                        settings.max_waiting(),
                        Duration.ofMillis(settings.reply_timeout_ms()));
        LinkSettings connection =
                new LinkSettings(
                        BusAddress.parse(settings.bus_address()),
                        SOURCE,
                        "",
                        settings.required(),
                        settings.message_limit_bytes(),
                        new BackOff(settings.reconnect_min_ms(), settings.reconnect_max_ms()));
        this.link = new BusLink(connection, clock, randomness, loop, new LinkUser());
    }

    /** Connects in the background. */
    void start() {
        loop.execute(link::open);
    }

    @Override
    public CompletionStage<UploadEncryptedRecordResponse> upload(
            UploadEncryptedRecordRequest request) {
        Objects.requireNonNull(request, "request");
        CompletableFuture<UploadEncryptedRecordResponse> answer = new CompletableFuture<>();
        try {
            loop.execute(
                    () ->
                            calls.ifPresentOrElse(
                                    now -> now.offer(request, answer),
                                    () -> Calls.fail(answer, StatusCode.UNAVAILABLE, ABSENT)));
        } catch (RejectedExecutionException e) {
            Calls.fail(answer, StatusCode.UNAVAILABLE, "the uploader is stopping");
        }
        return answer;
    }

    /** What an operator should know. */
    List<Fault> faults() {
        List<Fault> ofLink = link.faults();
        if (!ofLink.isEmpty() || !required || !absent) {
            return ofLink;
        }
        return List.of(
                new Fault(SOURCE, Calls.NAME, "nobody has the name: records wait in the spool"));
    }

    /** Withdraws, fails what waits, disconnects; takes at most 2 s. Repeating it is harmless. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CountDownLatch ended = new CountDownLatch(1);
        loop.execute(
                () -> {
                    browser("", null, "the uploader is stopping");
                    link.close();
                    ended.countDown();
                });
        loop.close();
        try {
            if (!ended.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("bus connection does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Who has the browser's name from now on.
     *
     * @param owner empty for nobody
     */
    private void browser(String owner, BusSession session, String reason) {
        Optional<Calls> before = calls;
        calls = owner.isEmpty() ? Optional.empty() : Optional.of(new Calls(session, owner, limits));
        absent = owner.isEmpty();
        before.ifPresent(
                gone -> {
                    availability.changed(false);
                    gone.end(reason);
                });
        if (calls.isPresent()) {
            LOG.debug("browser on the bus owner={}", owner);
            availability.changed(true);
        }
    }

    private final class LinkUser implements BusLink.User {

        @Override
        public void connected(BusSession session) {
            session.watch(Calls.NAME, owner -> browser(owner, session, ABSENT));
            session.callBus(
                    "GetNameOwner",
                    "s",
                    Body.of(Calls.NAME),
                    answer -> {
                        if (answer.type() == Message.Type.REPLY && calls.isEmpty()) {
                            found(session, answer);
                        }
                    });
        }

        private void found(BusSession session, Message answer) {
            try {
                browser(new Body(answer).text(), session, ABSENT);
            } catch (MalformedException e) {
                session.close("an answer of the bus cannot be read");
            }
        }

        @Override
        public void disconnected() {
            browser("", null, ABSENT);
        }

        @Override
        public void serving(boolean ours) {
            // There is no name of ours.
        }

        @Override
        public void called(BusSession session, Message call) {
            if (call.wantsReply()) {
                session.send(
                        call.error(
                                "org.freedesktop.DBus.Error.UnknownObject",
                                "There is nothing here"));
            }
        }

        @Override
        public void calledTooLong(BusSession session, Message head, long bytes) {
            called(session, head);
        }

        @Override
        public void drained() {
            calls.ifPresent(Calls::next);
        }
    }
}
