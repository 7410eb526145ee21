package io.armature.itest.system;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.client.ClientOptions;
import io.armature.services.client.Pipes;
import io.armature.services.client.ServiceManagerClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that loads services of others at a steady rate and serves its own, as its standard
 * input says. Runs with the client's standalone jar alone.
 *
 * <p>Commands, one a line: {@code own SERVICE} (echoes) | {@code stream ID SERVICE MILLIS}
 * (numbered messages on one pipe) | {@code asks ID SERVICE MILLIS} (a pipe, a number, its echo,
 * each time; again if the pipe ends with 0) | {@code pending ID SERVICE SECONDS} (one such, with a
 * time-out) | {@code await WORD COUNT ID…} (prints WORD when each of these has that many more
 * answers) | {@code waits} (the longest since the last time) | {@code end ID} (no more is sent;
 * prints its result when all is answered).
 */
final class ServiceLoad {

    private static final Duration FOREVER = Duration.ofDays(1);

    private final ServiceManagerClient manager;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Source> sources = new TreeMap<>();

    private ServiceLoad(ServiceManagerClient manager) {
        this.manager = manager;
    }

    /** With the path of the manager's socket and how pipes travel. */
    public static void main(String[] arguments) throws IOException {
        ClientOptions options =
                ClientOptions.of(Path.of(arguments[0])).withPipes(Pipes.valueOf(arguments[1]));
        try (ServiceManagerClient manager = ServiceManagerClient.connect(options);
                BufferedReader commands =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            ServiceLoad load = new ServiceLoad(manager);
            say("connected");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                load.command(line.split(" "));
            }
            load.clock.shutdownNow();
        }
    }

    private static synchronized void say(String words) {
        System.out.println(words);
        System.out.flush();
    }

    private static String text(CloseReason reason) {
        return reason.code() + " " + reason.text();
    }

    private void command(String[] words) {
        switch (words[0]) {
            case "own" -> own(words[1]);
            case "stream" -> steady(words[1], new Stream(words[1], words[2]), words[3]);
            case "asks" -> steady(words[1], new Asks(words[1], words[2], FOREVER), words[3]);
            case "pending" -> {
                Duration limit = Duration.ofSeconds(Long.parseLong(words[3]));
                Asks asks = new Asks(words[1], words[2], limit);
                sources.put(words[1], asks);
                asks.send();
            }
            case "await" -> await(words);
            case "waits" -> {
                StringBuilder line = new StringBuilder("waits");
                sources.values().forEach(each -> line.append(' ').append(each.longestMillis()));
                say(line.toString());
            }
            case "end" -> sources.get(words[1]).end();
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void await(String[] words) {
        AtomicInteger left = new AtomicInteger(words.length - 3);
        Runnable reached =
                () -> {
                    if (left.decrementAndGet() == 0) {
                        say(words[1]);
                    }
                };
        for (String id : List.of(words).subList(3, words.length)) {
            sources.get(id).after(Long.parseLong(words[2]), reached);
        }
    }

    private void own(String service) {
        manager.register(service, (who, pipe) -> pipe.listen(pipe::send))
                .closed()
                .thenAccept(reason -> say("disowned " + service + " " + text(reason)));
    }

    private void steady(String id, Source source, String millis) {
        sources.put(id, source);
        clock.scheduleAtFixedRate(source::send, 0, Long.parseLong(millis), TimeUnit.MILLISECONDS);
    }

    /** Numbered messages and their echoes. */
    private abstract static class Source {
        final String id;
        private long answered;
        private long awaited = Long.MAX_VALUE;
        private Runnable then;
        private long longest;
        boolean ended;

        Source(String id) {
            this.id = id;
        }

        /** One more. */
        abstract void send();

        abstract boolean idle();

        abstract String result();

        synchronized void end() {
            ended = true;
            tellEnd();
        }

        final void tellEnd() {
            if (ended && idle()) {
                say("ended " + id + " " + result());
            }
        }

        /** The echo of a message that was sent at that time. */
        final void answered(long sentNanos) {
            answered++;
            longest = Math.max(longest, System.nanoTime() - sentNanos);
            if (answered >= awaited) {
                awaited = Long.MAX_VALUE;
                then.run();
            }
        }

        final long answered() {
            return answered;
        }

        synchronized void after(long count, Runnable action) {
            awaited = answered + count;
            then = action;
        }

        synchronized String longestMillis() {
            String text = id + "=" + longest / 1_000_000;
            longest = 0;
            return text;
        }
    }

    /** One pipe. */
    private final class Stream extends Source {
        private final Pipe pipe;
        private final ArrayDeque<Long> times = new ArrayDeque<>();
        private long sent;

        Stream(String id, String service) {
            super(id);
            pipe = manager.request(service);
            pipe.listen(this::echo);
            pipe.closed().thenAccept(reason -> say("closed " + id + " " + text(reason)));
        }

        @Override
        synchronized void send() {
            if (ended) {
                return;
            }
            times.add(System.nanoTime());
            byte[] number = ByteBuffer.allocate(8).putLong(sent).array();
            if (pipe.send(number) == Pipe.Sent.SENT) {
                sent++;
            } else {
                times.removeLast();
            }
        }

        private synchronized void echo(byte[] message) {
            long number = ByteBuffer.wrap(message).getLong();
            if (number != answered()) {
                say("disorder " + id + " " + number + " for " + answered());
            }
            answered(times.remove());
            tellEnd();
        }

        @Override
        boolean idle() {
            return answered() == sent || pipe.closed().toCompletableFuture().isDone();
        }

        @Override
        String result() {
            return "sent=" + sent + " answered=" + answered();
        }
    }

    /** A pipe for each number. */
    private final class Asks extends Source {
        private final String service;
        private final Duration limit;
        private long asked;
        private long again;

        Asks(String id, String service, Duration limit) {
            super(id);
            this.service = service;
            this.limit = limit;
        }

        @Override
        void send() {
            long number;
            synchronized (this) {
                if (ended) {
                    return;
                }
                number = asked++;
            }
            ask(number, System.nanoTime());
        }

        private void ask(long number, long began) {
            Pipe pipe = manager.request(service, limit);
            AtomicBoolean served = new AtomicBoolean();
            pipe.listen(
                    message -> {
                        if (ByteBuffer.wrap(message).getLong() != number) {
                            say("disorder " + id);
                        }
                        served.set(true);
                        pipe.close();
                        served(began);
                    });
            pipe.closed()
                    .thenAccept(
                            reason -> {
                                if (!served.get()) {
                                    unserved(number, began, reason);
                                }
                            });
            pipe.send(ByteBuffer.allocate(8).putLong(number).array());
        }

        private void unserved(long number, long began, CloseReason reason) {
            if (reason.code() != 0) {
                say("refused " + id + " " + number + " " + text(reason));
                return;
            }
            synchronized (this) {
                again++;
            }
            ask(number, began);
        }

        private synchronized void served(long began) {
            answered(began);
            tellEnd();
        }

        @Override
        boolean idle() {
            return answered() == asked;
        }

        @Override
        String result() {
            return "asked=" + asked + " answered=" + answered() + " again=" + again;
        }
    }
}
