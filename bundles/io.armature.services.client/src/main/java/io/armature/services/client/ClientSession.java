package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceState;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * From connection to connection: what waits for the next one, and what is made anew on it. Loop's
 * thread only.
 */
final class ClientSession implements ClientContext {

    /** Requests and queries that may wait for a manager that has gone. */
    private static final int WAITING_LIMIT = 1_024;

    private static final long LASTED_NANOS = Duration.ofSeconds(10).toNanos();

    private final EventLoop loop;
    private final ClientStreams streams;
    private final ClientOptions options;
    private final Timing timing;
    private final FailureLines failures;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private final Set<Standing> standing = new LinkedHashSet<>();
    private final Set<Asking> asking = new LinkedHashSet<>();
    private final ArrayDeque<Question> questions = new ArrayDeque<>();
    private final Pauses pauses = new Pauses();
    private Optional<Link> link = Optional.empty();
    private long connected;
    private boolean ended;

    private record Question(String name, CompletableFuture<ServiceState> answer) {}

    ClientSession(EventLoop loop, ClientStreams streams, ClientOptions options, Timing timing) {
        this.loop = loop;
        this.streams = streams;
        this.options = options;
        this.timing = timing;
        this.failures = new FailureLines(timing);
    }

    /** Connects; any thread. Completes with the first connection. */
    CompletionStage<Void> begin() {
        return Attempts.of(timing, loop::execute, this::connect, options.connectLimit());
    }

    private Void connect() throws IOException {
        if (ended) {
            return null;
        }
        Link next = new Link(loop, failures, this::lost);
        Descriptor connection = SocketPath.connect(options.socket());
        try {
            next.begin(connection);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
        link = Optional.of(next);
        connected = timing.nanos();
        List.copyOf(standing).forEach(one -> one.begin(next));
        List<Asking> due = new ArrayList<>(asking);
        asking.clear();
        due.forEach(one -> one.send(next, timing.nanos()));
        while (!questions.isEmpty()) {
            Question question = questions.poll();
            next.query(question.name(), question.answer());
        }
        return null;
    }

    private void lost(CloseReason reason) {
        link = Optional.empty();
        if (ended) {
            return;
        }
        if (reason.code() == ErrorCode.UNEXPECTED_OS_ERROR.number()) {
            end(reason);
        } else if (reason.code() == 0) {
            after(Attempts.PAUSE, this::again);
        } else {
            if (timing.nanos() - connected >= LASTED_NANOS) {
                pauses.reset();
            }
            after(pauses.take(), this::again); // it wants us less often
        }
    }

    private void again() {
        begin().whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                end(
                                        new CloseReason(
                                                0,
                                                "no service manager came back within "
                                                        + options.connectLimit()));
                            }
                        });
    }

    /** Ends all but the pipes. */
    void end(CloseReason reason) {
        if (ended) {
            return;
        }
        ended = true;
        List.copyOf(standing).forEach(one -> one.finish(reason));
        asking.forEach(one -> one.fail(reason));
        asking.clear();
        questions.forEach(question -> Link.failLost(question.answer()));
        questions.clear();
        link.ifPresent(Link::close);
        closed.complete(reason);
    }

    CompletionStage<CloseReason> closed() {
        return closed.minimalCompletionStage();
    }

    void add(Standing one) {
        if (ended) {
            one.finish(CloseReason.NONE);
            return;
        }
        standing.add(one);
        link.ifPresent(one::begin);
    }

    void ask(Asking one) {
        if (ended) {
            one.fail(CloseReason.NONE);
        } else if (link.isPresent()) {
            one.send(link.get(), timing.nanos());
        } else if (asking.size() >= WAITING_LIMIT) {
            one.fail(
                    CloseReason.of(
                            ErrorCode.UNKNOWN,
                            WAITING_LIMIT + " requests wait for a service manager"));
        } else {
            asking.add(one);
            one.timeout().ifPresent(limit -> after(limit, () -> expire(one)));
        }
    }

    private void expire(Asking one) {
        if (asking.remove(one)) {
            one.expire();
        }
    }

    void query(String name, CompletableFuture<ServiceState> answer) {
        if (link.isPresent()) {
            link.get().query(name, answer);
        } else if (ended || questions.size() >= WAITING_LIMIT) {
            answer.completeExceptionally(
                    new ServiceException(ErrorCode.UNKNOWN, "there is no service manager now"));
        } else {
            questions.add(new Question(name, answer));
        }
    }

    @Override
    public Timing timing() {
        return timing;
    }

    @Override
    public FailureLines failures() {
        return failures;
    }

    @Override
    public ClientOptions options() {
        return options;
    }

    @Override
    public Optional<Link> link() {
        return link;
    }

    @Override
    public ControlPipe.Offer offer(ControlPipe pipe, Link to, ControlPipe.Inbox inbox)
            throws IOException {
        return options.pipes() == Pipes.CHANNELS
                ? pipe.asChannel(loop, to, failures, inbox)
                : pipe.asDescriptor(loop, streams, inbox);
    }

    @Override
    public Pipe pipe(Descriptor descriptor) throws IOException {
        return DescriptorPipe.over(loop, streams, failures, descriptor);
    }

    @Override
    public void forget(Standing one) {
        standing.remove(one);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        timing.after(delay, loop::execute, task);
    }
}
