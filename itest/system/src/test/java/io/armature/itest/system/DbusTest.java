package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device whose clients and browser speak to the original's daemon: neither knows of Java, and
 * every request is written byte by byte.
 */
class DbusTest {

    private static final String OK = "0a020800";
    private static final int WINDOW = 16;
    private static final int UPDATES = 3;
    private static final int CALLS_AROUND = 500;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private PrivateBus bus;
    private Appliance device;

    @BeforeEach
    void start() throws Exception {
        bus = PrivateBus.start();
        opened.push(bus);
        Path folder = Files.createTempDirectory("armature");
        opened.push(() -> Machine.remove(folder));
        Images.install("chromeos-x86_64", folder.resolve("device"));
        Path settings = Files.createDirectories(folder.resolve("device/etc/armature"));
        Files.writeString(
                settings.resolve("test.json"),
                """
                {"io.armature.console": {"port": 0},
                 "io.armature.reporting": {"encryption_enabled": false},
                 "io.armature.reporting.dbus":
                     {"bus_address": "%1$s", "uploader_users": "61003"},
                 "io.armature.reporting.dbus.uploader": {"bus_address": "%1$s"}}
                """
                        .formatted(bus.address()));
        device =
                new Appliance(
                        "device",
                        folder.resolve("device"),
                        folder.resolve("device.log"),
                        PhasePipe.make(folder.resolve("phases")));
        opened.push(device);
        device.up();
    }

    @AfterEach
    void stop() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private BusClient client(String user) throws Exception {
        BusClient client = new BusClient(bus, user);
        opened.push(client);
        return client;
    }

    /** EnqueueRecord: 100 bytes of data, HEARTBEAT_EVENTS. */
    private static byte[] request(int priority) {
        byte[] request = new byte[2 + 2 + 100 + 2 + 2];
        request[0] = 0x0a; // record
        request[1] = 104;
        request[2] = 0x0a; // data
        request[3] = 100;
        request[104] = 0x10; // destination
        request[105] = 13;
        request[106] = 0x10; // priority
        request[107] = (byte) priority;
        return request;
    }

    /** The bytes of the first field of that number, which has a length. */
    private static byte[] field(byte[] message, int number) {
        int at = 0;
        while (at < message.length) {
            int tag = message[at++] & 0xff;
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte part = message[at++];
                value |= (long) (part & 0x7f) << shift;
                if (part >= 0) {
                    break;
                }
            }
            if ((tag & 7) == 2) {
                if (tag >> 3 == number) {
                    return Arrays.copyOfRange(message, at, at + (int) value);
                }
                at += (int) value;
            }
        }
        throw new AssertionError("no field " + number);
    }

    private static byte[] wrapped(int number, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        out.write(content.length); // below 128
        out.write(content);
        return out.toByteArray();
    }

    @Test
    void recordGoesFromAClientToTheBrowserWhichConfirmsIt() throws Exception {
        BusClient browser = client("chronos");
        browser.say("auto " + OK);
        browser.say("own org.chromium.ChromeReportingService");
        assertThat(browser.next()).isEqualTo("owned 1");
        BusClient sender = client("sender");
        int immediate = 1;
        assertThat(sender.ask("EnqueueRecord", request(immediate))).isEqualTo(OK);
        byte[] sequence = sequence(browser.next());
        browser.call("confirm", "ConfirmRecordUpload", wrapped(1, sequence));
        String said = browser.next();
        while (said.startsWith("called ")) { // sent again after 3 s
            said = browser.next();
        }
        assertThat(said).isEqualTo("reply confirm ay " + OK);
        QueueList.awaitEmpty(device);
        assertThat(device.run("status").ok().text()).doesNotContain("reporting.dbus");
    }

    /** What identifies the one record of a batch. */
    private static byte[] sequence(String called) {
        String[] words = called.split(" ");
        assertThat(words[0]).isEqualTo("called");
        assertThat(words[3]).isEqualTo("UploadEncryptedRecord");
        return field(field(HexFormat.of().parseHex(words[4]), 1), 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.armature.reporting.dbus", "io.armature.reporting"})
    void anUpdateUnderLoadLosesNothingAndFailsNoCall(String bundle) throws Exception {
        Path jar = NewerJar.of(device, bundle, device.root().getParent());
        BusClient sender = client("sender");
        AtomicBoolean end = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Milestone before = new Milestone(0, CALLS_AROUND);
            List<Milestone> after = new ArrayList<>();
            for (int i = 0; i < UPDATES; i++) {
                after.add(new Milestone(Integer.MAX_VALUE - CALLS_AROUND, CALLS_AROUND));
            }
            Future<Load> load =
                    thread.submit(
                            () -> {
                                Load made = new Load();
                                while (!end.get()) {
                                    made.step(sender);
                                    before.reached(made.answered);
                                    after.forEach(each -> each.reached(made.answered));
                                    answered = made.answered;
                                }
                                made.finish(sender);
                                return made;
                            });
            before.await(60);
            for (Milestone each : after) {
                device.run("bundle", "update", bundle, jar.toString()).ok();
                each.from(answered);
                each.await(60);
            }
            end.set(true);
            Load made = load.get(60, TimeUnit.SECONDS);
            System.out.printf(
                    "DbusTest: %s: %d calls, longest wait %d ms%n",
                    bundle, made.answered, Collections.max(made.waitsMillis));
            assertThat(made.failed).isEmpty();
            assertThat(QueueList.of(device).unconfirmed()).isEqualTo(made.answered);
        } finally {
            end.set(true);
            thread.shutdownNow();
        }
    }

    private volatile int answered;

    /** So many calls at a time. */
    private static final class Load {
        private static final int MANUAL = 5;

        final List<String> failed = new ArrayList<>();
        final List<Long> waitsMillis = new ArrayList<>();
        int answered;
        private final Deque<Long> begun = new ArrayDeque<>();
        private int called;

        void step(BusClient sender) throws Exception {
            while (begun.size() < WINDOW) {
                sender.call("r" + called++, "EnqueueRecord", request(MANUAL));
                begun.add(System.nanoTime());
            }
            answer(sender);
        }

        void finish(BusClient sender) throws Exception {
            while (!begun.isEmpty()) {
                answer(sender);
            }
        }

        private void answer(BusClient sender) throws Exception {
            String said = sender.next();
            answered++;
            if (!said.endsWith(" ay " + OK)) {
                failed.add(said);
            }
            waitsMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun.remove()));
        }
    }
}
