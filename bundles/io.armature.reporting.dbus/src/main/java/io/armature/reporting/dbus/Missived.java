package io.armature.reporting.dbus;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.dbus.wire.Body;
import io.armature.dbus.wire.MalformedException;
import io.armature.dbus.wire.Message;
import io.armature.dbus.wire.link.BusSession;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ERPHealthData;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object on the bus: takes calls, hands them to the spool and answers whenever that is done, so
 * that no call waits for another. On the loop's thread only.
 */
final class Missived {

    /** Name on the bus, and of the interface. */
    static final String NAME = "org.chromium.Missived";

    static final String PATH = "/org/chromium/Missived";

    private static final Logger LOG = LoggerFactory.getLogger(Missived.class);
    private static final String ERRORS = "org.freedesktop.DBus.Error.";
    private static final int UPLOADER_CALLS = 64;

    /** One call that is under way. */
    private static final class Exchange {
        final BusSession session;
        final Message call;
        final Operation<?> operation;
        final Quota quota;
        final long bytes;
        Optional<ERPHealthData> history = Optional.empty();

        Exchange(
                BusSession session, Message call, Operation<?> operation, Quota quota, long bytes) {
            this.session = session;
            this.call = call;
            this.operation = operation;
            this.quota = quota;
            this.bytes = bytes;
        }
    }

    private final Executor loop;
    private final Supplier<Optional<Reporting>> spool;
    private final Access access;
    private final Quota senders;
    private final Quota uploaders;
    private final Denials denials;
    private final Set<Exchange> underWay = new LinkedHashSet<>();
    private Optional<Senders> identities = Optional.empty();
    private Optional<Runnable> idle = Optional.empty();
    private boolean closed;

    /**
     * @param loop where answers are sent from
     * @param spool empty until it was there once; later one that holds calls while it is away
     */
    Missived(Executor loop, Supplier<Optional<Reporting>> spool, Access access, CallLimits limits) {
        this.loop = loop;
        this.spool = spool;
        this.access = access;
        this.senders = new Quota(limits.calls(), limits.bytes(), limits.callsOfOne());
        this.denials = new Denials(this::later);
        this.uploaders = new Quota(UPLOADER_CALLS, limits.bytes(), UPLOADER_CALLS);
    }

    /** The calls that follow come over that connection. */
    void connected(BusSession session) {
        identities = Optional.of(new Senders(Senders.Directory.of(session)));
    }

    /** Who called before can be answered no more. */
    void disconnected() {
        identities.ifPresent(Senders::close);
        identities = Optional.empty();
    }

    /** Senders that are known by their connection. */
    int identities() {
        return identities.map(Senders::size).orElse(0);
    }

    /** Takes one call. */
    void called(BusSession session, Message call) {
        target(session, call).ifPresent(operation -> take(session, call, operation));
    }

    /** Takes one call whose body is too long. */
    void calledTooLong(BusSession session, Message call) {
        Optional<Operation<?>> target = target(session, call);
        if (target.isEmpty()) {
            return;
        }
        if (target.get().equals(Operation.ENQUEUE) && call.header().signature().equals("ay")) {
            answer(
                    session,
                    call,
                    Operation.ENQUEUE,
                    StatusCode.OUT_OF_RANGE,
                    "Too much data to be recorded at once");
        } else {
            refuse(session, call, "LimitsExceeded", "The message is too long");
        }
    }

    /** Tells once no call is under way; at once if there is none. */
    void whenIdle(Runnable told) {
        idle = Optional.of(told);
        tellIdle();
    }

    /** We are stopping: whoever waits is told to come again. */
    void close() {
        closed = true;
        for (Exchange exchange : List.copyOf(underWay)) {
            end(exchange, StatusCode.UNAVAILABLE, "The daemon is stopping; try again");
        }
    }

    /** Which method is meant; the caller is answered if it is none. */
    private Optional<Operation<?>> target(BusSession session, Message call) {
        String interfaceName = call.header().interfaceName();
        String member = call.header().member();
        Optional<Message> common = Introspection.answer(call);
        if (common.isPresent()) {
            if (call.wantsReply()) {
                session.send(common.get());
            }
        } else if (!call.header().path().equals(PATH)) {
            refuse(session, call, "UnknownObject", "There is only " + PATH);
        } else if (!interfaceName.isEmpty() && !interfaceName.equals(NAME)) {
            refuse(session, call, "UnknownInterface", "There is only " + NAME);
        } else {
            Optional<Operation<?>> operation = Operation.named(member);
            if (operation.isEmpty()) {
                refuse(session, call, "UnknownMethod", NAME + " has no such method");
            }
            return operation;
        }
        return Optional.empty();
    }

    private void take(BusSession session, Message call, Operation<?> operation) {
        if (!call.header().signature().equals("ay") || call.header().descriptors() != 0) {
            refuse(session, call, "InvalidArgs", operation.member() + " takes one byte array");
            return;
        }
        Optional<Reporting> now = closed ? Optional.empty() : spool.get();
        if (now.isEmpty()) {
            answer(
                    session,
                    call,
                    operation,
                    StatusCode.UNAVAILABLE,
                    "The daemon is still starting.");
            return;
        }
        Quota quota = operation.role() == Operation.Role.UPLOADER ? uploaders : senders;
        long size = call.body().remaining();
        if (!quota.enter(call.header().sender(), size)) {
            answer(
                    session,
                    call,
                    operation,
                    StatusCode.RESOURCE_EXHAUSTED,
                    "Too many requests are under way; try again");
            return;
        }
        Exchange exchange = new Exchange(session, call.head(), operation, quota, size);
        underWay.add(exchange);
        try {
            ByteBuffer bytes = new Body(call).array();
            admit(exchange, operation.read(bytes), now.get());
        } catch (MalformedException | InvalidProtocolBufferException e) {
            end(exchange, StatusCode.INVALID_ARGUMENT, "Request cannot be parsed");
        }
    }

    private void admit(Exchange exchange, Operation.Request<?> request, Reporting now) {
        if (!access.matters(request)) {
            run(exchange, request, now);
            return;
        }
        if (identities.isEmpty()) {
            end(exchange, Access.Refusal.UNKNOWN_SENDER);
            return;
        }
        identities
                .get()
                .ask(
                        exchange.call.header().sender(),
                        new Senders.Verdict() {
                            @Override
                            public void known(long uid) {
                                Optional<Access.Refusal> refusal = access.refusal(request, uid);
                                if (refusal.isPresent()) {
                                    denials.add(refusal.get(), now);
                                    end(exchange, refusal.get());
                                } else {
                                    run(exchange, request, now);
                                }
                            }

                            @Override
                            public void failed() {
                                end(exchange, Access.Refusal.UNKNOWN_SENDER);
                            }

                            @Override
                            public void gone() {
                                leave(exchange);
                                tellIdle();
                            }
                        });
    }

    private void run(Exchange exchange, Operation.Request<?> request, Reporting now) {
        CompletionStage<?> stage;
        try {
            stage = request.run(now);
        } catch (RuntimeException e) {
            done(exchange, e);
            return;
        }
        if (exchange.operation.history()) {
            stage.whenComplete((value, failure) -> addHistory(exchange, now, failure));
        } else {
            stage.whenComplete((value, failure) -> later(() -> done(exchange, failure)));
        }
    }

    /** Whatever became of the call; one whose history cannot be had is answered without. */
    private void addHistory(Exchange exchange, Reporting now, Throwable failure) {
        CompletionStage<ERPHealthData> history;
        try {
            history = now.health();
        } catch (RuntimeException e) {
            history = CompletableFuture.failedFuture(e);
        }
        history.whenComplete(
                (calls, none) ->
                        later(
                                () -> {
                                    if (none == null && calls.getHistoryCount() > 0) {
                                        exchange.history = Optional.of(calls);
                                    }
                                    done(exchange, failure);
                                }));
    }

    private void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("answered after the end");
        }
    }

    private void done(Exchange exchange, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause == null) {
            end(exchange, StatusCode.OK, "");
        } else if (cause instanceof ReportingException refused) {
            end(exchange, refused.code(), refused.getMessage());
        } else {
            LOG.warn("call failed method={}", exchange.operation.member(), cause);
            end(exchange, StatusCode.INTERNAL, "The daemon failed");
        }
    }

    private void end(Exchange exchange, Access.Refusal refusal) {
        end(exchange, refusal.code(), refusal.message());
    }

    private void end(Exchange exchange, StatusCode code, String message) {
        if (leave(exchange)) {
            ByteBuffer body = Body.of(exchange.operation.answer(code, message, exchange.history));
            if (exchange.call.wantsReply()) {
                exchange.session.send(exchange.call.reply("ay", body));
            }
            tellIdle();
        }
    }

    /** False if it was answered before. */
    private boolean leave(Exchange exchange) {
        if (!underWay.remove(exchange)) {
            return false;
        }
        exchange.quota.leave(exchange.call.header().sender(), exchange.bytes);
        return true;
    }

    private void tellIdle() {
        if (idle.isPresent() && underWay.isEmpty()) {
            Runnable told = idle.get();
            idle = Optional.empty();
            told.run();
        }
    }

    private static void answer(
            BusSession session,
            Message call,
            Operation<?> operation,
            StatusCode code,
            String message) {
        if (call.wantsReply()) {
            session.send(
                    call.reply("ay", Body.of(operation.answer(code, message, Optional.empty()))));
        }
    }

    private static void refuse(BusSession session, Message call, String error, String text) {
        if (call.wantsReply()) {
            session.send(call.error(ERRORS + error, text));
        }
    }
}
