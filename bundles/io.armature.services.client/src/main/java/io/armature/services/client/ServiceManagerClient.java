package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Hold;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.api.Sticky;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The service manager for a process, over its socket. The process's identity is what the kernel
 * tells the manager of it.
 *
 * <p>When the manager goes away this connects again and makes registrations and observers anew;
 * pipes that it relayed or held end with code 0, to be requested again by whoever wants to. Events
 * meanwhile are lost: ask {@link #query} after a gap that matters. A registration that finds the
 * service owned is tried again with growing pauses. If no manager comes back within the limit, or
 * if it cannot tell who this process is, all ends and {@link #closed()} says why.
 *
 * <p>All callbacks and completions run on one daemon thread, {@code services-client}, and must not
 * block. Any thread may call any method; only {@link #connect} blocks.
 */
public final class ServiceManagerClient implements ServiceManager, AutoCloseable {

    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final EventLoop loop;
    private final ClientStreams streams = new ClientStreams();
    private final ClientOptions options;
    private final ClientSession session;
    private final Timing timing;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private ServiceManagerClient(ClientOptions options, Timing timing) throws IOException {
        this.loop = new EventLoop("services-client");
        this.options = options;
        this.timing = timing;
        this.session = new ClientSession(loop, streams, options, timing);
    }

    /** As {@link #connect(ClientOptions)} with the usual options. */
    public static ServiceManagerClient connect(Path socket) throws IOException {
        return connect(ClientOptions.of(socket));
    }

    /**
     * Waits until the manager takes the connection: tries each 100 ms, up to the limit.
     *
     * @throws IOException if it did not in time, or the thread was interrupted
     */
    public static ServiceManagerClient connect(ClientOptions options) throws IOException {
        return connect(options, Timing.machine());
    }

    static ServiceManagerClient connect(ClientOptions options, Timing timing) throws IOException {
        ServiceManagerClient client = new ServiceManagerClient(options, timing);
        try {
            client.session.begin().toCompletableFuture().get();
            return client;
        } catch (ExecutionException e) {
            client.close();
            throw new IOException(
                    "no service manager at "
                            + options.socket()
                            + " within "
                            + options.connectLimit(),
                    e.getCause());
        } catch (InterruptedException e) {
            client.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
    }

    @Override
    public Registration register(String name, ServiceProvider provider) {
        Limits.check(name);
        Ownership ownership =
                new Ownership(session, name, Objects.requireNonNull(provider, "provider"));
        loop.execute(() -> session.add(ownership));
        return ownership;
    }

    @Override
    public Pipe request(String name) {
        return request(name, Optional.empty());
    }

    @Override
    public Pipe request(String name, Duration timeout) {
        return request(name, Optional.of(timeout.isNegative() ? Duration.ZERO : timeout));
    }

    private Pipe request(String name, Optional<Duration> timeout) {
        Limits.check(name);
        long now = timing.nanos();
        if (options.pipes() == Pipes.CHANNELS) {
            return ask(
                    new ChannelPipe(loop::execute, session.failures()),
                    Optional.empty(),
                    name,
                    timeout,
                    now);
        }
        try {
            Descriptor[] pair = Descriptor.pair();
            return ask(
                    DescriptorPipe.over(loop, streams, session.failures(), pair[0]),
                    Optional.of(pair[1]),
                    name,
                    timeout,
                    now);
        } catch (IOException e) {
            Pipe none = new ChannelPipe(loop::execute, session.failures());
            none.close(CloseReason.of(ErrorCode.UNEXPECTED_OS_ERROR, e.getMessage()));
            return none;
        }
    }

    private Pipe ask(
            Pipe near,
            Optional<Descriptor> far,
            String name,
            Optional<Duration> timeout,
            long now) {
        Asking asking = new Asking(name, near, far, timeout, now);
        loop.execute(() -> session.ask(asking));
        return near;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Also fails, with {@link ErrorCode#UNKNOWN}, where the manager goes away before it answers.
     */
    @Override
    public CompletionStage<ServiceState> query(String name) {
        Limits.check(name);
        CompletableFuture<ServiceState> answer = new CompletableFuture<>();
        loop.execute(() -> session.query(name, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public Subscription observe(ServiceObserver observer) {
        Watching watching = new Watching(session, Objects.requireNonNull(observer, "observer"));
        loop.execute(() -> session.add(watching));
        return watching;
    }

    /**
     * Not in a process of its own: the objects of the framework's registry are not here.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public <T> Sticky<T> sticky(Class<T> type, Hold hold) {
        throw new UnsupportedOperationException(
                "objects of the framework's registry are not in this process; request a pipe");
    }

    /**
     * Completes when this client has ended: with code 0 after {@link #close()} or if no manager
     * came back in time, with the manager's code if it wants nothing of this process. Never fails.
     */
    public CompletionStage<CloseReason> closed() {
        return session.closed();
    }

    /**
     * Ends everything of this client: registrations, observers, pipes (what they had to send is
     * sent, two seconds at most) and its thread. Repeating it is harmless.
     */
    @Override
    public void close() {
        loop.execute(() -> session.end(CloseReason.NONE));
        if (loop.inLoop()) {
            Thread closer = new Thread(this::stop, "services-client-close");
            closer.setDaemon(true);
            closer.start();
        } else {
            stop();
        }
    }

    private void stop() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        try {
            session.closed().toCompletableFuture().get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // a callback blocks the loop, or it was closed before: what follows does not need it
        }
        streams.endAll(LINGER_NANOS);
        loop.close();
    }
}
