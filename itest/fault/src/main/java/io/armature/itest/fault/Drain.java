package io.armature.itest.fault;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The last life of the spool: nothing is written, nothing fails, everything goes out. */
final class Drain {

    private static final long START_SECONDS = 60;

    private final FakeServer server;
    private final Counters counters;
    private final Tally tally;
    private final long deadlineSeconds;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch empty = new CountDownLatch(1);
    private final ExecutorService serverThread =
            Executors.newSingleThreadExecutor(r -> new Thread(r, "server"));
    private volatile SpoolProcess device;
    private volatile String state = "not opened";
    private volatile boolean ended;

    /**
     * @param deadlineSeconds how long to wait until nothing is left; a mutant never gets there
     */
    Drain(FakeServer server, Counters counters, Tally tally, long deadlineSeconds) {
        this.server = server;
        this.counters = counters;
        this.tally = tally;
        this.deadlineSeconds = deadlineSeconds;
    }

    /** Runs until nothing waits. */
    List<String> run(DeviceLife life) throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        Link link = new Link(server, tally, Optional.empty(), Mutant.NONE);
        try (SpoolProcess process = SpoolProcess.start(life, listener(link))) {
            device = process;
            if (!ready.await(START_SECONDS, TimeUnit.SECONDS) || ended) {
                complaints.add("STUCK spool did not open for the last run");
            } else {
                process.drain();
                if (!empty.await(deadlineSeconds, TimeUnit.SECONDS) || ended) {
                    complaints.add("STUCK last run has not drained: " + state);
                }
            }
            process.kill();
            int code = process.awaitEnd(START_SECONDS);
            if (code != Injector.KILLED) {
                complaints.add("CRASHED the device ended with " + code + ", see its log");
            }
        } finally {
            serverThread.shutdown();
            serverThread.awaitTermination(START_SECONDS, TimeUnit.SECONDS);
        }
        return complaints;
    }

    private SpoolProcess.Listener listener(Link link) {
        return new SpoolProcess.Listener() {
            @Override
            public void ready() {
                ready.countDown();
            }

            @Override
            public void accepted(Offer.Key key, Enqueued position) {
                throw new IllegalStateException("nobody offered " + key);
            }

            @Override
            public void refused(Offer.Key key, String reason) {
                throw new IllegalStateException("nobody offered " + key);
            }

            @Override
            public void batch(long id, UploadEncryptedRecordRequest request) {
                serverThread.execute(
                        () -> {
                            try {
                                link.carry(device, id, request);
                            } catch (IOException e) {
                                state = "device died: " + e.getMessage();
                            }
                        });
            }

            @Override
            public void waiting(long records, String offline) {
                state = records + " records wait; offline: " + offline;
                if (records == 0 && offline.isEmpty()) {
                    empty.countDown();
                }
            }

            @Override
            public void counters(FakeServer.Queue queue, QueueCounters now) {
                counters.heard(queue, now);
            }

            @Override
            public void ended() {
                ended = true;
                ready.countDown();
                empty.countDown();
            }
        };
    }
}
