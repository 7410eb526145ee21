package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.configuration.ServerConfiguration;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge between spool and broker. One thread, {@code mqtt-bridge}, owns all state; callers,
 * the transport's threads and timers only hand over to it.
 */
final class Bridge implements Uploader, AutoCloseable {

    /** Told on the bridge's thread when uploads begin and cease to be possible. */
    interface Availability {
        void changed(boolean available);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    private static final long CLOSE_MILLIS = 1_900;

    private final BridgeSettings settings;
    private final DeviceClock clock;
    private final Availability availability;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "mqtt-bridge"));
    private final Link link;
    private final Envelopes envelopes;
    private final Outbox outbox;
    private final Downlink downlink;
    private volatile Optional<ServerConfiguration> configuration = Optional.empty();
    private Optional<BudgetFile> budget = Optional.empty();
    private long progressNanos;
    private DeviceClock.Timer watch;

    Bridge(
            BridgeSettings settings,
            DeviceStatus status,
            Link.PasswordSource password,
            DeviceClock clock,
            Randomness randomness,
            SpoolWays spool,
            Optional<SetAside> setAside,
            Availability availability) {
        this.settings = settings;
        this.clock = clock;
        this.availability = availability;
        this.link =
                new Link(
                        settings,
                        status,
                        password,
                        clock,
                        randomness,
                        this::execute,
                        new LinkEvents());
        this.envelopes = new Envelopes(randomness);
        this.outbox =
                new Outbox(
                        settings,
                        clock,
                        envelopes,
                        this::send,
                        setAside,
                        this::execute,
                        this::offerAgain);
        this.downlink =
                new Downlink(
                        Topics.of(status.deviceId()),
                        spool,
                        clock,
                        this::execute,
                        new DownlinkEvents());
    }

    /**
     * Connects in the background and stays connected by that means. Any thread may call this.
     *
     * @param transport none: the connection ends until there is one
     */
    void use(Optional<Transport> transport) {
        execute(() -> link.use(transport));
    }

    /** From now on uploads say what the queues keep. */
    void say(QueueStatements source) {
        envelopes.say(source);
    }

    /**
     * From now on configurations of the server count.
     *
     * @param making gets the executor of the bridge's thread, to which the configuration belongs
     */
    void heed(Function<Executor, ServerConfiguration> making) {
        ServerConfiguration made = making.apply(this::execute);
        configuration = Optional.of(made);
        execute(made::start);
    }

    /** From now on what the hour's budget has used counts over restarts, if there is a budget. */
    void remember(BiFunction<ByteBudget, Executor, BudgetFile> making) {
        if (settings.budgetBytesPerHour() > 0) {
            execute(
                    () ->
                            budget =
                                    Optional.of(
                                            outbox.budget()
                                                    .remember(
                                                            one ->
                                                                    making.apply(
                                                                            one, this::execute))));
        }
    }

    @Override
    public CompletionStage<UploadEncryptedRecordResponse> upload(
            UploadEncryptedRecordRequest request) {
        Objects.requireNonNull(request, "request");
        CompletableFuture<UploadEncryptedRecordResponse> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> offer(request, answer));
        } catch (RejectedExecutionException e) {
            unavailable(answer, "the bridge is stopping");
        }
        return answer;
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        return Stream.of(
                        link.faults(),
                        outbox.faults(),
                        downlink.faults(),
                        envelopes.faults(),
                        configuration.map(ServerConfiguration::faults).orElse(List.of()))
                .flatMap(List::stream)
                .toList();
    }

    /** Hands back what waits, says offline, disconnects; takes at most 2 s. */
    @Override
    public void close() {
        execute(this::end);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("bridge still closing after {} ms", CLOSE_MILLIS);
            }
            envelopes.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(
            UploadEncryptedRecordRequest request,
            CompletableFuture<UploadEncryptedRecordResponse> answer) {
        if (link.isUp()) {
            outbox.offer(request, answer);
        } else {
            unavailable(answer, "no connection to the broker");
        }
    }

    private static void unavailable(
            CompletableFuture<UploadEncryptedRecordResponse> answer, String message) {
        answer.completeExceptionally(new ReportingException(StatusCode.UNAVAILABLE, message));
    }

    private boolean send(byte[] payload, Outbox.Sender.Listener listener) {
        byte[] whole = configuration.map(source -> source.join(payload)).orElse(payload);
        boolean sent = link.publish(whole, new Delivery(listener));
        if (sent && watch == null) {
            progressNanos = clock.monotonicNanos();
            watchAfter(Duration.ofSeconds(settings.acknowledgeSeconds()));
        }
        return sent;
    }

    /** A broker that takes packets and acknowledges none is as good as gone. */
    private void watch() {
        watch = null;
        if (!outbox.isAwaiting()) {
            return;
        }
        long limit = TimeUnit.SECONDS.toNanos(settings.acknowledgeSeconds());
        long silence = clock.monotonicNanos() - progressNanos;
        if (silence >= limit) {
            link.drop("no acknowledgement for " + settings.acknowledgeSeconds() + " s");
        } else {
            watchAfter(Duration.ofNanos(limit - silence));
        }
    }

    private void watchAfter(Duration delay) {
        watch = clock.after(delay, this::execute, this::watch);
    }

    /** The spool begins a pass with each uploader that comes. */
    private void offerAgain() {
        if (link.isUp()) {
            availability.changed(true);
        }
    }

    private void end() {
        if (link.isUp()) {
            availability.changed(false);
        }
        outbox.abandon("the bridge is stopping", Link.Cause.OURS);
        configuration.ifPresent(ServerConfiguration::close);
        budget.ifPresent(BudgetFile::close);
        link.close();
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("bridge is closed");
        }
    }

    /** Passes the outcome of one packet on. */
    private final class Delivery implements Connection.Outcome {
        private final Outbox.Sender.Listener listener;

        Delivery(Outbox.Sender.Listener listener) {
            this.listener = listener;
        }

        @Override
        public void acknowledged() {
            progressNanos = clock.monotonicNanos();
            listener.acknowledged();
        }

        @Override
        public void failed(Connection.Failure failure, String reason) {
            listener.failed(failure, reason);
        }
    }

    private final class LinkEvents implements Link.Listener {

        @Override
        public void up(Limits limits) {
            outbox.connected(limits);
            configuration.ifPresent(ServerConfiguration::connected);
            availability.changed(true);
        }

        @Override
        public void down(String reason, Link.Cause cause) {
            availability.changed(false);
            outbox.abandon(reason, cause);
        }

        @Override
        public void received(String topic, byte[] payload) {
            int dropped = link.takeDropped();
            if (dropped > 0) {
                downlink.tooFast(dropped);
            }
            downlink.receive(topic, payload);
        }
    }

    private final class DownlinkEvents implements Downlink.Listener {

        @Override
        public void confirmed(ConfirmRecordUploadRequest confirmation) {
            outbox.confirmed(confirmation);
        }

        @Override
        public void replied(UploadEncryptedRecordResponse reply) {
            outbox.replied(reply);
        }

        @Override
        public void configured(byte[] payload) {
            configuration.ifPresent(one -> one.receive(payload));
        }
    }
}
