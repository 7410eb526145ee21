package io.armature.control.server;

import io.armature.control.wire.Frame;
import io.armature.control.wire.FrameType;
import io.armature.control.wire.Refusal;
import io.armature.control.wire.Request;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the control socket. One thread, {@code control-accept}, accepts, reads and drains for all
 * connections and never blocks on one of them; each command runs on a thread of its own, {@code
 * control-command-N}, and only that one waits for its client.
 */
public final class ControlServer {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final SocketOption<UnixDomainPrincipal> PEER = ExtendedSocketOptions.SO_PEERCRED;
    private static final long TICK_MILLIS = 250;
    private static final long INTERRUPT_MILLIS = 500;

    private final SocketFile socket;
    private final PeerRule peers;
    private final Limits limits;
    private final Calls calls;
    private final Selector selector;
    private final SelectionKey accepting;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private final Semaphore quiet = new Semaphore(0);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(FrameType.CHUNK_BYTES);
    private final Thread thread;
    private boolean paused;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile long tickMillis;

    /** Starts serving; the socket file is closed with the server. */
    public ControlServer(SocketFile socket, PeerRule peers, Limits limits, Calls calls)
            throws IOException {
        this.socket = socket;
        this.peers = peers;
        this.limits = limits;
        this.calls = calls;
        this.selector = Selector.open();
        socket.channel().configureBlocking(false);
        this.accepting = socket.channel().register(selector, SelectionKey.OP_ACCEPT);
        this.thread = new Thread(this::serve, "control-accept");
        thread.setDaemon(true);
        thread.start();
    }

    /** Connections that hold a place at this moment. */
    public int connections() {
        return connections.size();
    }

    private void serve() {
        socket.tidy();
        while (!ended) {
            try {
                tickMillis = dueSoon() ? TICK_MILLIS : 0;
                selector.select(tickMillis);
                // Whoever has gone makes place before the next one is let in.
                boolean waiting = selector.selectedKeys().remove(accepting);
                selector.selectedKeys().forEach(this::handle);
                selector.selectedKeys().clear();
                tend();
                if (waiting) {
                    accept();
                }
            } catch (IOException | RuntimeException e) {
                // One client must not take the socket from all the others.
                LOG.error("control socket round failed", e);
            }
        }
        connections.forEach(Connection::close);
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("close failed", e);
        }
    }

    /** Whether something is to be done that no event announces. */
    private boolean dueSoon() {
        if (paused) {
            return true;
        }
        for (Connection connection : connections) {
            if (connection.silent() || connection.lingers()) {
                return true;
            }
        }
        return false;
    }

    /** Pause after which it looks by itself, 0 while events alone wake it. */
    long tickMillis() {
        return tickMillis;
    }

    private void handle(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        Connection connection = (Connection) key.attachment();
        if (key.isWritable()) {
            connection.writable();
        }
        if (key.isValid() && key.isReadable()) {
            connection.readable(buffer).ifPresent(request -> begin(connection, request));
        }
    }

    private void accept() {
        if (closing) {
            return;
        }
        try {
            SocketChannel channel = socket.channel().accept();
            if (channel != null) {
                admit(channel);
            }
        } catch (IOException e) {
            LOG.warn("control socket cannot accept reason={}", e.toString());
            accepting.interestOps(0); // until the next tick: descriptors may be back then
            paused = true;
        }
    }

    private void admit(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            UnixDomainPrincipal peer = channel.getOption(PEER);
            String user = peer.user().getName();
            if (!peers.allows(user, peer.group().getName())) {
                LOG.warn("control socket refused user={}", user);
                turnAway(channel, Refusal.NOT_ALLOWED, user + " may not control this device");
            } else if (connections.size() >= limits.connections() && !dropStalled()) {
                turnAway(
                        channel,
                        Refusal.BUSY,
                        "the device has " + limits.connections() + " commands at once; try again");
            } else {
                connections.add(new Connection(channel, selector, user));
            }
        } catch (IOException e) {
            LOG.debug("client lost while it was admitted", e);
            close(channel);
        }
    }

    private static void turnAway(SocketChannel channel, Refusal refusal, String line)
            throws IOException {
        channel.write(Frame.refusal(refusal, line)); // fits the empty socket buffer
        close(channel);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("close failed", e);
        }
    }

    /** Makes place for a client by dropping the one that has not read for the longest time. */
    private boolean dropStalled() {
        Connection longest = null;
        for (Connection connection : connections) {
            if (connection.stalledNanos() > limits.stall().toNanos()
                    && (longest == null || connection.stalledNanos() > longest.stalledNanos())) {
                longest = connection;
            }
        }
        if (longest == null) {
            return false;
        }
        LOG.info("client dropped that does not read");
        longest.gone();
        return true;
    }

    private void begin(Connection connection, Request request) {
        if (closing) {
            connection.refuse(Refusal.REPLACED, "the control socket is being replaced; try again");
            return;
        }
        Thread worker =
                new Thread(
                        () -> run(connection, request),
                        "control-command-" + numbers.incrementAndGet());
        worker.setDaemon(true);
        connection.running(worker);
        worker.start();
    }

    private void run(Connection connection, Request request) {
        SocketTerminal terminal = connection.running(Thread.currentThread());
        Outcome outcome = new Outcome.Exit(1);
        try {
            outcome = calls.call(request, terminal, connection::started);
        } finally {
            finish(connection, outcome);
            selector.wakeup();
            quiet.release();
        }
    }

    private static void finish(Connection connection, Outcome outcome) {
        if (outcome instanceof Outcome.Exit exit) {
            connection.ended(Frame.exit(exit.code()));
        } else if (outcome instanceof Outcome.Continue more) {
            byte[] payload = more.request().encode();
            connection.ended(Frame.encode(FrameType.CONTINUE, payload, 0, payload.length));
        } else {
            connection.ended(
                    Frame.refusal(
                            Refusal.REPLACED, "the control socket is being replaced; try again"));
        }
    }

    private void tend() {
        for (Connection connection : connections) {
            if (connection.silent() && connection.ageNanos() > limits.request().toNanos()) {
                connection.refuse(
                        Refusal.TOO_SLOW,
                        "no whole request within " + limits.request().toMillis() + " ms");
            }
            connection.interruptAfter(limits.goneGrace().toNanos());
            if (connection.over()) {
                connections.remove(connection);
            }
        }
        if (paused && !closing && accepting.isValid()) {
            paused = false;
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /**
     * Stops serving: the socket disappears, commands that have not begun are told to come again,
     * the others may go on for the grace, then their clients get an error and they are interrupted.
     * Blocks at most the grace and three seconds.
     */
    public void close(Duration grace, Farewell farewell) {
        closing = true;
        socket.close();
        for (Connection connection : connections) {
            if (connection.silent()) {
                connection.refuse(
                        Refusal.REPLACED, "the control socket is being replaced; try again");
            }
        }
        awaitQuiet(grace.toNanos());
        for (Connection connection : connections) {
            connection.cut(farewell);
            connection.interruptAfter(-1);
        }
        awaitQuiet(TimeUnit.MILLISECONDS.toNanos(INTERRUPT_MILLIS));
        ended = true;
        selector.wakeup();
        join();
        for (Connection connection : connections) {
            connection
                    .worker()
                    .ifPresent(left -> LOG.warn("command goes on thread={}", left.getName()));
        }
    }

    /** Waits until every command has returned and every answer has been taken, or time is up. */
    private void awaitQuiet(long nanos) {
        long deadline = System.nanoTime() + nanos;
        try {
            while (!connections.stream().allMatch(Connection::over)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                // a command that returns releases; an answer that drains is seen at the next look
                if (quiet.tryAcquire(
                        Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)), TimeUnit.NANOSECONDS)) {
                    quiet.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void join() {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
