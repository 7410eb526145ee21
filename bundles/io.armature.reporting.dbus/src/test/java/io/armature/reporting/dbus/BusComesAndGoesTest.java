package io.armature.reporting.dbus;

import static io.armature.reporting.dbus.Requests.HEARTBEAT;
import static io.armature.reporting.dbus.Requests.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.dbus.wire.link.Loop;
import io.armature.dbus.wire.testing.BusClient;
import io.armature.dbus.wire.testing.PrivateBus;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.testing.MemoryReporting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bus that is late, goes, comes back, refuses, or is not there at all. */
@Tag("server")
class BusComesAndGoesTest {

    @TempDir Path folder;

    @Test
    void busThatComesLateIsFound() throws Exception {
        try (BusFixture fixture = new BusFixture(PrivateBus.later(), Map.of())) {
            fixture.adapter.start();
            assertThat(fixture.awaitFault("not on the bus").get(0).subject())
                    .isEqualTo("org.chromium.Missived");
            fixture.bus.run();
            fixture.awaitServing();
            try (BusClient sender = new BusClient(fixture.bus, "sender")) {
                assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            }
        }
    }

    @Test
    void nameIsRequestedAgainWhenTheBusComesBack() throws Exception {
        try (BusFixture fixture = new BusFixture().started()) {
            for (int i = 0; i < 3; i++) {
                try (BusClient agent = new BusClient(fixture.bus, "secagentd")) {
                    assertThat(status(agent.ask("EnqueueRecord", Requests.PROCESS)))
                            .isEqualTo("OK");
                    fixture.bus.end();
                    assertThat(agent.next()).isEqualTo("closed");
                }
                fixture.awaitFault("not on the bus");
                fixture.bus.run();
                fixture.awaitServing();
            }
            assertThat(fixture.spool.stored()).hasSize(3);
        }
    }

    @Test
    void callsUnderWayWhenTheBusGoesEndQuietly() throws Exception {
        try (BusFixture fixture = new BusFixture().started()) {
            fixture.spool.holding(true);
            MemoryReporting.Call call;
            try (BusClient sender = new BusClient(fixture.bus, "sender")) {
                sender.call("r", "EnqueueRecord", HEARTBEAT);
                call = fixture.spool.held().poll(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
                fixture.bus.end();
            }
            fixture.awaitFault("not on the bus");
            fixture.spool.store(call);
            fixture.spool.holding(false);
            fixture.bus.run();
            fixture.awaitServing();
            try (BusClient sender = new BusClient(fixture.bus, "sender")) {
                assertThat(status(sender.ask("EnqueueRecord", HEARTBEAT))).isEqualTo("OK");
            }
        }
    }

    @Test
    void nameThatAnotherHasIsTakenWhenItEnds() throws Exception {
        try (BusFixture fixture = new BusFixture(PrivateBus.start(), Map.of())) {
            try (BusClient other = new BusClient(fixture.bus, "root")) {
                other.say("own org.chromium.Missived");
                assertThat(other.next()).isEqualTo("owned 1");
                fixture.adapter.start();
                fixture.adapter
                        .prepared()
                        .toCompletableFuture()
                        .get(PrivateBus.WAIT_SECONDS, TimeUnit.SECONDS);
                assertThat(fixture.adapter.faults())
                        .singleElement()
                        .extracting(Fault::reason)
                        .asString()
                        .contains("another process has the name");
            }
            fixture.awaitServing();
        }
    }

    @Test
    void policyThatForbidsTheNameIsAFaultThatSaysWhatToDo() throws Exception {
        String forbids =
                "<policy context=\"mandatory\"><deny own=\"org.chromium.Missived\"/></policy>";
        try (BusFixture fixture = new BusFixture(PrivateBus.start(forbids), Map.of())) {
            fixture.adapter.start();
            assertThat(fixture.awaitFault("AccessDenied").get(0).reason())
                    .contains("dbus/org.chromium.Missived.conf");
        }
    }

    @Test
    void whereNoBusIsWantedItsAbsenceIsNoFault() throws Exception {
        Map<String, Object> settings =
                Map.of("required", false, "bus_address", "unix:path=" + folder.resolve("none"));
        HandClock clock = new HandClock();
        Adapter adapter = adapter(settings, clock);
        adapter.start();
        adapter.serving().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(adapter.faults()).isEmpty();
        adapter.close();
    }

    @Test
    void noBusCostsNoThreadAndALookNowAndThen() throws Exception {
        HandClock clock = new HandClock();
        Adapter adapter =
                adapter(Map.of("bus_address", "unix:path=" + folder.resolve("none")), clock);
        adapter.start();
        adapter.serving().toCompletableFuture().get(10, TimeUnit.SECONDS);
        int looks = 0;
        for (int minute = 0; minute < 60; minute++) {
            awaitNoThread();
            assertThat(clock.pending()).isEqualTo(1);
            clock.advance(Duration.ofMinutes(1));
            looks++;
        }
        assertThat(looks).isEqualTo(60);
        assertThat(adapter.faults()).hasSize(1);
        adapter.close();
    }

    private static void awaitNoThread() throws InterruptedException {
        Thread[] all = new Thread[Thread.activeCount() + 10];
        int count = Thread.enumerate(all);
        for (int i = 0; i < count; i++) {
            if (all[i].getName().equals("dbus-reporting")) {
                all[i].join(TimeUnit.SECONDS.toMillis(PrivateBus.WAIT_SECONDS));
                assertThat(all[i].isAlive()).as("the thread ends by itself").isFalse();
            }
        }
    }

    @Test
    void whatIsNoBusIsLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no bus");
        Semaphore retries = new Semaphore(0);
        Adapter adapter =
                adapter(
                        Map.of("bus_address", "unix:path=" + file),
                        new HandClock(),
                        bytes -> retries.release());
        adapter.start();
        BusFixture.awaitFault(adapter, retries, "not on the bus");
        adapter.close();
    }

    private Adapter adapter(Map<String, Object> settings, HandClock clock) {
        return adapter(settings, clock, BusFixture.RANDOMNESS);
    }

    private Adapter adapter(Map<String, Object> settings, HandClock clock, Randomness randomness) {
        return new Adapter(
                new Loop("dbus-reporting"),
                Settings.with(new HashMap<>(settings)),
                folder.resolve("passwd"),
                clock,
                randomness,
                Optional::empty);
    }
}
