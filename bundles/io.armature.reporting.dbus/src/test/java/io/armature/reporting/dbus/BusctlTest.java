package io.armature.reporting.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The five methods by a client that is not Java, with requests written byte by byte. */
@Tag("server")
class BusctlTest {

    /** Record {data "hi", destination HEARTBEAT_EVENTS}, priority SLOW_BATCH. */
    private static final int[] HEARTBEAT = {
        0x0a,
        6,
        0x0a,
        2,
        'h',
        'i',
        0x10,
        13, // record = 1: data = 1, destination = 2
        0x10,
        3 // priority = 2
    };

    /** Status {code 0}. */
    private static final String OK = "ay 4 10 2 8 0";

    private static String call(BusFixture fixture, String user, String method, int... request)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "call",
                                "org.chromium.Missived",
                                "/org/chromium/Missived",
                                "org.chromium.Missived",
                                method,
                                "ay",
                                Integer.toString(request.length)));
        for (int one : request) {
            arguments.add(Integer.toString(one));
        }
        return fixture.bus.busctl(user, arguments.toArray(String[]::new));
    }

    @Test
    void recordEncodedByHandIsStoredBeforeTheAnswer() throws Exception {
        try (BusFixture fixture = new BusFixture().started()) {
            assertThat(call(fixture, "sender", "EnqueueRecord", HEARTBEAT)).isEqualTo(OK);
            assertThat(fixture.spool.stored())
                    .singleElement()
                    .satisfies(
                            request -> {
                                assertThat(request.getPriority()).isEqualTo(Priority.SLOW_BATCH);
                                assertThat(request.getRecord().getData().toStringUtf8())
                                        .isEqualTo("hi");
                                assertThat(request.getRecord().getDestination())
                                        .isEqualTo(Destination.HEARTBEAT_EVENTS);
                            });
            assertThat(EnqueueRecordRequest.getDefaultInstance().hasRecord()).isFalse();
        }
    }
}
