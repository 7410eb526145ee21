package io.armature.services.socket.server;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.spi.ServiceBroker;
import io.armature.services.wire.Credentials;
import io.armature.services.wire.Descriptor;
import io.armature.services.wire.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves processes: accepts, finds out who they are, and brings their calls to the broker. */
public final class SocketServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final int ACCEPTS_A_TURN = 64;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final DeviceClock clock;
    private final ServiceBroker broker;
    private final SocketName name;
    private final EventLoop loop;
    private final ServerLog log;
    private final Peers peers;
    private final Identities identities;
    private final Guard guard;
    private final HalfFrames halves;
    private final EventLoop.Registration accepting;

    /**
     * Opens the socket and serves it on one thread.
     *
     * @param socket its path, of any length; the folder is made if need be
     * @param openFiles descriptors that this process may have; absent: what the kernel says
     * @throws IOException the socket cannot be bound, also because somebody answers there
     */
    public SocketServer(
            Path socket, DeviceClock clock, ServiceBroker broker, Optional<Long> openFiles)
            throws IOException {
        this.clock = clock;
        this.broker = broker;
        this.log = new ServerLog(clock);
        this.peers = new Peers(log);
        this.halves = new HalfFrames(clock);
        this.identities = new Identities(Path.of("/etc/passwd"));
        OpenFiles files = OpenFiles.ofThisProcess();
        this.guard = new Guard(peers, files, openFiles.orElseGet(files::limit), log);
        this.name = SocketName.bind(socket);
        try {
            this.loop = new EventLoop("services-socket");
        } catch (IOException e) {
            name.close();
            throw e;
        }
        try {
            this.accepting = loop.register(name.listening(), 0, events -> accept());
            accepting.interest(EventLoop.READ);
        } catch (IOException e) {
            loop.close();
            name.close();
            throw e;
        }
    }

    private void accept() {
        halves.check();
        try {
            for (int i = 0; i < ACCEPTS_A_TURN; i++) {
                Optional<Descriptor> accepted = name.listening().accept();
                if (accepted.isEmpty()) {
                    return;
                }
                guard.check();
                serve(accepted.get());
            }
        } catch (IOException e) {
            log.unaccepted(e.getMessage());
            guard.relieve();
            accepting(false);
            clock.after(PAUSE, loop::execute, () -> accepting(true));
        }
    }

    private void accepting(boolean wanted) {
        try {
            accepting.interest(wanted ? EventLoop.READ : 0);
        } catch (IOException e) {
            LOG.error("no more clients can be accepted", e);
        }
    }

    private void serve(Descriptor accepted) {
        Identity who;
        try {
            who = identities.of(Identities.Kernel.of(accepted), broker.labelsMatter());
        } catch (IOException e) {
            log.refused(process(accepted), e.getMessage());
            DescriptorPipe.end(
                    accepted, CloseReason.of(ErrorCode.UNEXPECTED_OS_ERROR, e.getMessage()));
            return;
        }
        try {
            new Connection(loop, broker, new Peer(who, peers), halves, guard, accepted);
        } catch (IOException e) {
            log.unserved(who, e.getMessage());
        }
    }

    private static String process(Descriptor accepted) {
        try {
            Credentials who = accepted.credentials();
            return "uid " + who.uid() + " pid " + who.pid();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Connections and pipes that cost a descriptor now. */
    public int held() {
        return peers.held();
    }

    /** How often the server's thread has woken up. */
    public long wakeUps() {
        return loop.wakeUps();
    }

    /** Ends everything with 0, but for pipes that were passed on; then clients connect again. */
    @Override
    public void close() {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(
                () -> {
                    accepting.cancel();
                    name.close();
                    peers.endAll(CloseReason.NONE);
                    done.countDown();
                });
        boolean interrupted = false;
        while (done.getCount() > 0) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        loop.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
