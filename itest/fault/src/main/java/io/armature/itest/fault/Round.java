package io.armature.itest.fault;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One life of a device process: writers write, the server answers, the device dies as planned. */
final class Round {

    private static final int IN_FLIGHT = 8;
    private static final int OFFERS_LIMIT = 700;
    private static final int FIRST_KEY = 10;
    private static final int SECOND_KEY = 25;
    private static final long DEADLINE_SECONDS = 60;

    /** A queue is tried for 31 s of the fast clock before what cannot be read of it is given up. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(31) / FastClock.FACTOR * 2;

    private final RoundPlan plan;
    private final long campaignSeed;
    private final Room room;
    private final FakeServer server;
    private final Counters counters;
    private final Ledger ledger;
    private final long[] next;
    private final Tally tally;
    private final AtomicInteger offered = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicBoolean refusal = new AtomicBoolean();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final List<BlockingQueue<Answer>> answers = new ArrayList<>();
    private final ExecutorService serverThread =
            Executors.newSingleThreadExecutor(r -> new Thread(r, "server"));
    private volatile SpoolProcess device;
    private final CountDownLatch death = new CountDownLatch(1);
    private volatile long openedNanos;
    private volatile boolean opened;
    private volatile boolean ended;

    /** What a writer waits for. */
    private sealed interface Answer {
        record Accepted(Offer.Key key, Enqueued position) implements Answer {}

        record Refused(Offer.Key key, String reason) implements Answer {}

        record End() implements Answer {}
    }

    /**
     * @param next each writer's next number, advanced by what was offered
     */
    Round(
            RoundPlan plan,
            long campaignSeed,
            Room room,
            FakeServer server,
            Counters counters,
            Ledger ledger,
            long[] next,
            Tally tally) {
        this.plan = plan;
        this.campaignSeed = campaignSeed;
        this.room = room;
        this.server = server;
        this.counters = counters;
        this.ledger = ledger;
        this.next = next;
        this.tally = tally;
        for (int i = 0; i < next.length; i++) {
            answers.add(new LinkedBlockingQueue<>());
        }
    }

    /** Runs until the device has died; complaints about the round itself. */
    List<String> run(DeviceLife life) throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        Link link = new Link(server, tally, Optional.of(new Random(plan.seed())), life.mutant());
        try (SpoolProcess process = SpoolProcess.start(life, listener(link))) {
            device = process;
            if (!ready.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                complaints.add("STUCK " + plan + ": spool not open in time");
            }
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < next.length; i++) {
                int writer = i;
                Thread thread = new Thread(() -> write(writer), "writer-" + i);
                thread.start();
                writers.add(thread);
            }
            for (Thread writer : writers) {
                writer.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
                if (writer.isAlive()) {
                    complaints.add(
                            "STUCK "
                                    + plan
                                    + ": "
                                    + writer.getName()
                                    + " waits, offered "
                                    + offered
                                    + ", answered "
                                    + answered);
                    process.kill();
                    writer.join();
                }
            }
            process.kill();
            int code = process.awaitEnd(DEADLINE_SECONDS);
            if (code != Injector.KILLED) {
                complaints.add("CRASHED the device ended with " + code + ", see its log");
            }
        } finally {
            serverThread.shutdown();
            serverThread.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        tally.roundEnded(offered.get() - answered.get(), opened);
        if (refusal.get() && !plan.mayRefuse()) {
            complaints.add("REFUSED a record in a round without faults: " + plan);
        }
        return complaints;
    }

    private void write(int writer) {
        int inFlight = 0;
        try {
            while (true) {
                while (inFlight < IN_FLIGHT && !ended && offered.get() < OFFERS_LIMIT) {
                    Offer offer = Offer.of(campaignSeed, writer, next[writer]++);
                    ledger.offer(offer.key());
                    device.offer(offer);
                    inFlight++;
                    countOffer();
                }
                if (plan.badBlocks()) {
                    // Else the life is over before the queues are open.
                    death.await(
                            openedNanos + PATIENCE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
                if (inFlight == 0) {
                    device.kill();
                }
                Answer answer = answers.get(writer).take();
                if (answer instanceof Answer.End) {
                    return;
                }
                take(answer);
                inFlight--;
            }
        } catch (IOException e) {
            drainAnswers(writer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The device died while this writer offered: what it said before still counts. */
    private void drainAnswers(int writer) {
        try {
            Answer answer = answers.get(writer).take();
            while (!(answer instanceof Answer.End)) {
                take(answer);
                answer = answers.get(writer).take();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store a receipt", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Answer answer) throws IOException {
        if (answer instanceof Answer.Accepted receipt) {
            ledger.receipt(receipt.key(), receipt.position());
            countReceipt();
            countAnswer();
        } else if (answer instanceof Answer.Refused refused) {
            tally.refusedOne();
            if (room == Room.AMPLE || !refused.reason().contains("RESOURCE_EXHAUSTED")) {
                refusal.set(true);
            }
            countAnswer();
        }
    }

    private void countOffer() {
        if (offered.incrementAndGet() == plan.at() && plan.end() == RoundPlan.End.OFFERED) {
            device.kill();
        }
    }

    private void countAnswer() {
        int count = answered.incrementAndGet();
        try {
            if (count == FIRST_KEY || count == SECOND_KEY) {
                device.key(server.signedKey());
            }
            if (count == plan.swapAt()) {
                device.swap();
            }
        } catch (IOException e) {
            // The device died; that is heard elsewhere.
        }
    }

    private void countReceipt() {
        if (accepted.incrementAndGet() == plan.at() && plan.end() == RoundPlan.End.ANSWERED) {
            device.kill();
        }
    }

    private SpoolProcess.Listener listener(Link link) {
        return new SpoolProcess.Listener() {
            @Override
            public void ready() {
                openedNanos = System.nanoTime();
                opened = true;
                ready.countDown();
            }

            @Override
            public void accepted(Offer.Key key, Enqueued position) {
                answers.get(key.writer()).add(new Answer.Accepted(key, position));
            }

            @Override
            public void refused(Offer.Key key, String reason) {
                answers.get(key.writer()).add(new Answer.Refused(key, reason));
            }

            @Override
            public void batch(long id, UploadEncryptedRecordRequest request) {
                serverThread.execute(() -> serve(link, id, request));
            }

            @Override
            public void waiting(long records, String offline) {
                throw new IllegalStateException("nobody asked");
            }

            @Override
            public void counters(FakeServer.Queue queue, QueueCounters now) {
                counters.heard(queue, now);
            }

            @Override
            public void ended() {
                ended = true;
                death.countDown();
                ready.countDown();
                answers.forEach(queue -> queue.add(new Answer.End()));
            }
        };
    }

    private void serve(Link link, long id, UploadEncryptedRecordRequest request) {
        try {
            link.carry(device, id, request);
        } catch (IOException e) {
            // The device died; what it sent before was stored.
        }
        if (batches.incrementAndGet() == plan.at() && plan.end() == RoundPlan.End.BATCHES) {
            device.kill();
        }
    }
}
