package io.armature.backend.reporting.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.storage.PowerCutDisk.Killed;
import io.armature.backend.reporting.storage.PowerCutDisk.Unforced;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server ends at each step between taking an upload and having answered it. Devices delete what
 * is confirmed and send the rest again; in the end the power fails, too. Then each record must be
 * there, once.
 */
class StoringStepsTest {

    /** How the process ends. */
    enum End {
        KILL,
        POWER_CUT,
        POWER_CUT_THAT_LEAVES_HALF
    }

    /** Records of a device, in the uploads in which they are sent. */
    private record Uploads(FakeDevice device, List<List<EncryptedRecord>> all) {}

    /** What devices send. */
    private enum Sends {
        WHAT_IS_NOT_CONFIRMED,
        ALL
    }

    /** Ends the wait for an answer. */
    private static final String ENDED = "ended";

    private static final ReportingServer.Limits LIMITS =
            new ReportingServer.Limits(1, 1 << 20, 1 << 20);

    @TempDir Path temporary;
    private final UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<Uploads> devices = new ArrayList<>();
    private final long[] confirmed = {-1, -1};
    private BackendKeys keys;
    private HandClock clock;
    private Path base;
    private PowerCutDisk disk;

    @BeforeEach
    void start() throws IOException {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> {
                    if (!(failure instanceof Killed)) {
                        answers.add(failure.toString());
                    }
                });
        keys =
                BackendKeys.open(
                        temporary.resolve("keys/keys"),
                        new PlainFiles(),
                        new SecureRandom()::nextBytes);
        FakeDevice d = new FakeDevice("d0", keys.signedKey());
        devices.add(
                new Uploads(
                        d,
                        List.of(
                                List.of(d.next("0"), d.next("1")),
                                List.of(d.next("2")),
                                List.of(d.next("3"), d.next("4")))));
        FakeDevice e = new FakeDevice("d1", keys.signedKey());
        devices.add(new Uploads(e, List.of(List.of(e.next("0")))));
        useNewDisk("whole");
    }

    @AfterEach
    void restore() {
        Thread.setDefaultUncaughtExceptionHandler(handler);
    }

    private void useNewDisk(String name) throws IOException {
        base = Files.createDirectories(temporary.resolve(name));
        Files.createDirectories(base.resolve("own"));
        disk = new PowerCutDisk(base);
        disk.whenEnded(() -> answers.add(ENDED));
        disk.begin();
        disk.forceFolder(base);
        clock = new HandClock(Instant.parse("2026-03-04T23:58:30Z"), 0);
        confirmed[0] = -1;
        confirmed[1] = -1;
    }

    @Test
    void stepsAreAllOfThem() throws Exception {
        live(Sends.ALL, Integer.MAX_VALUE);
        assertThat(disk.trace().stream().map(step -> step.split(" ")[0]).distinct().sorted())
                .containsExactly(
                        "ANSWER",
                        "CONFIRM",
                        "FORCE",
                        "FORCE_FOLDER",
                        "MAKE_FOLDER",
                        "OPENED",
                        "OPEN_FILE",
                        "RECEIVED",
                        "REPLACE",
                        "REPLACED",
                        "STORED",
                        "WRITE",
                        "WRITE_HALF");
        assertThat(disk.trace()).contains("WRITE records/d0/2026-03-05.jsonl");
    }

    @ParameterizedTest
    @EnumSource
    void eachRecordIsThereOnceThoughTheServerEndedAtAnyStep(End end) throws Exception {
        live(Sends.ALL, Integer.MAX_VALUE);
        int steps = disk.trace().size();
        for (int step = 0; step < steps; step++) {
            useNewDisk(end + " " + step);
            live(Sends.ALL, step);
            assertThat(disk.dead()).as("ended at step %d", step).isTrue();
            if (end != End.KILL) {
                disk.cutPower(end == End.POWER_CUT ? Unforced.LOST : Unforced.HALF);
            }
            live(Sends.WHAT_IS_NOT_CONFIRMED, Integer.MAX_VALUE);
            assertThat(confirmed).as("confirmed after step %d", step).containsExactly(4, 0);
            disk.cutPower(Unforced.LOST);
            disk.begin();
            assertEachIsThereOnce(step);
            // A device that heard no confirmation sends all again.
            live(Sends.ALL, Integer.MAX_VALUE);
            assertEachIsThereOnce(step);
        }
    }

    private void assertEachIsThereOnce(int step) throws IOException {
        List<String> found = new ArrayList<>();
        try (LineStorage storage = open()) {
            storage.ids(
                    Optional.empty(), line -> found.add(line.queue().device() + " " + line.id()));
            assertThat(storage.counts().values().stream().map(DeviceCounts::records))
                    .as("counted after step %d", step)
                    .containsExactly(5L, 1L);
        }
        assertThat(found)
                .as("stored after step %d", step)
                .containsExactlyInAnyOrder("d0 0", "d0 1", "d0 2", "d0 3", "d0 4", "d1 0");
    }

    private LineStorage open() throws IOException {
        return new LineStorage(
                RecordStore.open(
                        base.resolve("records"),
                        base.resolve("own/checkpoint"),
                        disk,
                        disk,
                        clock,
                        new RecordStore.Limits(64, 600, 3, 0)),
                new DeviceNotes(base.resolve("own/devices"), disk, disk));
    }

    /** A life of the server, which ends orderly, or at a step. */
    private void live(Sends sends, int endsAt) throws Exception {
        disk.begin(endsAt);
        answers.clear();
        RecordStorage storage;
        try {
            storage = open();
        } catch (Killed e) {
            return;
        }
        try (ReportingServer server =
                new ReportingServer(
                        keys,
                        stepping(storage),
                        this::send,
                        device -> {
                            disk.step("RECEIVED");
                            return true;
                        },
                        clock,
                        LIMITS)) {
            for (int device = 0; device < devices.size(); device++) {
                long above = sends == Sends.ALL ? -1 : confirmed[device];
                send(server, devices.get(device), above);
            }
        }
    }

    private void send(ReportingServer server, Uploads uploads, long above) throws Exception {
        long last = -1;
        for (List<EncryptedRecord> upload : uploads.all()) {
            last += upload.size();
            if (last > above && !disk.dead()) {
                server.received(uploads.device().topic(), FakeDevice.batch(upload));
                assertThat(answers.poll(60, TimeUnit.SECONDS))
                        .isIn(ENDED, "armature/v1/" + uploads.device().id + "/down/reply");
                clock.advance(Duration.ofSeconds(45));
            }
        }
    }

    /** Nothing leaves a process that has ended. */
    private void send(String topic, byte[] payload) {
        if (topic.endsWith("/down/confirm")) {
            disk.step("CONFIRM");
            try {
                int device = topic.contains("/d0/") ? 0 : 1;
                long id =
                        ConfirmRecordUploadRequest.parseFrom(payload)
                                .getSequenceInformation()
                                .getSequencingId();
                confirmed[device] = Math.max(confirmed[device], id);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        } else {
            disk.step("ANSWER");
            answers.add(topic);
        }
    }

    private RecordStorage stepping(RecordStorage storage) {
        return (RecordStorage)
                Proxy.newProxyInstance(
                        RecordStorage.class.getClassLoader(),
                        new Class<?>[] {RecordStorage.class},
                        (proxy, method, arguments) -> {
                            // At its end the server may store an empty group.
                            boolean stores =
                                    method.getName().equals("store")
                                            && !((List<?>) arguments[0]).isEmpty();
                            if (stores) {
                                disk.step("OPENED");
                            }
                            try {
                                Object result = method.invoke(storage, arguments);
                                if (stores) {
                                    disk.step("STORED");
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
