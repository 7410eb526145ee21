package io.armature.console.http;

import com.sun.net.httpserver.HttpServer;
import io.armature.console.feed.ConsoleFeed;
import io.armature.console.feed.FaultCollection;
import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.DeviceClock;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The console's server on the loopback address. Threads: the JDK's dispatcher, at most four {@code
 * console-http} that end when idle, one {@code console-feed} that reads the sources and at most two
 * {@code console-events} that write to listening pages.
 */
public final class ConsoleServer implements AutoCloseable {

    private static final int HTTP_THREADS = 4;
    private static final int WRITER_THREADS = 2;
    private static final int BACKLOG = 32;
    private static final int PORTS_TRIED = 20;
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration BEAT = Duration.ofSeconds(10);

    private final DeviceClock clock;
    private final HttpServer http;
    private final ThreadPoolExecutor handlers = pool("console-http", HTTP_THREADS);
    private final ThreadPoolExecutor reader = pool("console-feed", 1);
    private final ThreadPoolExecutor writers = pool("console-events", WRITER_THREADS);
    private final EventStreams streams;
    private final FaultCollection faults = new FaultCollection();
    private final ConsoleFeed feed;
    private final Object looking = new Object();
    private Consumer<ConsoleServer> firstLook;
    private boolean beating;
    private boolean closed;

    /**
     * How the console is reached.
     *
     * @param port the first that is tried, 0 for a free one
     * @param maxClients pages that may watch at once
     * @param hosts names under which it is reached besides the loopback ones
     * @param token what a request that changes something must present
     */
    public record Access(int port, int maxClients, List<String> hosts, String token) {}

    /**
     * Starts to serve.
     *
     * @param firstLook run before somebody is shown anything for the first time, and whoever else
     *     looks waits for it
     */
    public ConsoleServer(
            DeviceClock clock,
            Access access,
            Map<String, Action> actions,
            Consumer<ConsoleServer> firstLook)
            throws IOException {
        this.clock = clock;
        this.firstLook = firstLook;
        limitJdkServer();
        this.http = bind(access.port());
        this.streams = new EventStreams(access.maxClients(), STALL_NANOS, writers);
        Watchers watchers = new Watchers(streams);
        this.feed = new ConsoleFeed(clock, reader, watchers, watchers);
        Looks looks = new Looks();
        http.createContext(
                "/",
                new ConsoleHandler(
                        new RequestRules(access.hosts(), access.token()),
                        streams,
                        looks,
                        looks,
                        Map.copyOf(actions)));
        http.setExecutor(handlers);
        http.start();
    }

    /** The JDK's server knows its limits only as system properties, read once. */
    private static void limitJdkServer() {
        // a request that dribbles in holds one of few threads: ten seconds, no longer
        setIfAbsent("sun.net.httpserver.maxReqTime", "10");
        setIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("jdk.httpserver.maxConnections", "128");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    private static HttpServer bind(int first) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        int last = first == 0 ? 0 : Math.min(65_535, first + PORTS_TRIED - 1);
        for (int port = first; port <= last; port++) {
            try {
                return HttpServer.create(new InetSocketAddress(loopback, port), BACKLOG);
            } catch (BindException e) {
                if (port == last) {
                    throw new IOException("ports " + first + " to " + last + " are taken", e);
                }
            }
        }
        throw new IOException("port " + first + " is out of range");
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        5,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new Threads(name, new AtomicInteger()),
                        // a timer may still expire after the end; there is nothing left to do then
                        new ThreadPoolExecutor.DiscardPolicy());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    // Classes, not lambdas: a boot waits until the console serves, and links each of those.
    private record Threads(String name, AtomicInteger number) implements ThreadFactory {
        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }

    private record Watchers(EventStreams streams)
            implements BooleanSupplier, BiConsumer<String, String> {
        @Override
        public boolean getAsBoolean() {
            return streams.size() > 0;
        }

        @Override
        public void accept(String name, String line) {
            streams.publish(name, line);
        }
    }

    private final class Looks
            implements Supplier<Map<String, String>>, Consumer<BiConsumer<String, String>> {
        @Override
        public Map<String, String> get() {
            return states();
        }

        @Override
        public void accept(BiConsumer<String, String> listener) {
            begin(listener);
        }
    }

    /** Where it is served, for example {@code http://127.0.0.1:8180/}. */
    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
    }

    /** What it shows. */
    public ConsoleFeed feed() {
        return feed;
    }

    /** The faults it shows. */
    public FaultCollection faults() {
        return faults;
    }

    /** Shows a source from now on. */
    public void add(ConsoleSource source) {
        feed.add(source);
    }

    private void look() {
        synchronized (looking) {
            Consumer<ConsoleServer> first = firstLook;
            firstLook = null;
            if (first != null) {
                feed.add(faults);
                first.accept(this);
            }
        }
    }

    private Map<String, String> states() {
        look();
        return feed.states();
    }

    private void begin(BiConsumer<String, String> listener) {
        look();
        feed.tell(listener);
        feed.schedule();
        synchronized (this) {
            if (beating || closed) {
                return;
            }
            beating = true;
        }
        clock.after(BEAT, reader, this::beat);
    }

    /** While somebody watches: looks after clients and faults. */
    private void beat() {
        streams.beat();
        faults.look();
        synchronized (this) {
            beating = streams.size() > 0 && !closed;
            if (!beating) {
                return;
            }
        }
        clock.after(BEAT, reader, this::beat);
    }

    /** Pages that watch at this moment; those that have gone are noticed with the next beat. */
    public int clients() {
        return streams.size();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        feed.close();
        streams.close();
        http.stop(0);
        handlers.shutdownNow();
        writers.shutdownNow();
        reader.shutdown();
    }
}
