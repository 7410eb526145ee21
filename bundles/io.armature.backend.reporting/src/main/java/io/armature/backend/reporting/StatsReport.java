package io.armature.backend.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.reporting.server.ServerCounts;
import io.armature.backend.reporting.server.SpoolState;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Prints what was counted. */
final class StatsReport {

    private static final SpoolState SILENT =
            new SpoolState(OptionalLong.empty(), OptionalLong.empty());

    private final Map<String, DeviceCounts> devices;
    private final Map<String, SpoolState> spools;
    private final ServerCounts server;
    private final boolean connected;
    private final DeviceCounts total;

    /**
     * @param devices by their ids
     * @param spools what devices said of theirs
     */
    StatsReport(
            Map<String, DeviceCounts> devices,
            Map<String, SpoolState> spools,
            ServerCounts server,
            boolean connected) {
        this.devices = devices;
        this.spools = spools;
        this.server = server;
        this.connected = connected;
        this.total = devices.values().stream().reduce(DeviceCounts.NONE, DeviceCounts::plus);
    }

    void table(PrintStream out) {
        out.printf(
                "%-38s %12s %12s %8s %8s %12s %14s %12s%n",
                "DEVICE",
                "RECORDS",
                "DUPLICATES",
                "GAPS",
                "REFUSED",
                "CHAIN BREAKS",
                "FREE BYTES",
                "BYTES/S");
        devices.forEach((device, counts) -> row(out, device, counts, Optional.of(spool(device))));
        row(out, "total", total, Optional.empty());
        out.printf(
                "since start: batches %d, malformed %d, dropped %d, of unknown devices %d, counters refused %d, failed groups %d, broker %s%n",
                server.batches(),
                server.malformed(),
                server.dropped(),
                server.unknown(),
                server.statements(),
                server.failures(),
                connected ? "connected" : "away");
    }

    private SpoolState spool(String device) {
        return spools.getOrDefault(device, SILENT);
    }

    private static void row(
            PrintStream out, String name, DeviceCounts counts, Optional<SpoolState> spool) {
        out.printf(
                "%-38s %12d %12d %8d %8d %12d %14s %12s%n",
                name,
                counts.records(),
                counts.duplicates(),
                counts.gaps(),
                counts.refused(),
                counts.chainBreaks(),
                spool.map(said -> text(said.freeBytes())).orElse(""),
                spool.map(said -> text(said.bytesPerSecond())).orElse(""));
    }

    private static String text(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "-";
    }

    void json(PrintStream out) throws IOException {
        // Closing the generator would close the terminal's stream.
        JsonGenerator json =
                new JsonFactory()
                        .createGenerator(out)
                        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        write(json, total);
        json.writeNumberField("batches", server.batches());
        json.writeNumberField("malformed", server.malformed());
        json.writeNumberField("dropped", server.dropped());
        json.writeNumberField("unknown_devices", server.unknown());
        json.writeNumberField("counters_refused", server.statements());
        json.writeNumberField("failed_groups", server.failures());
        json.writeBooleanField("connected", connected);
        json.writeObjectFieldStart("devices");
        for (Map.Entry<String, DeviceCounts> device : devices.entrySet()) {
            json.writeObjectFieldStart(device.getKey());
            write(json, device.getValue());
            write(json, spool(device.getKey()));
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
        json.close();
        out.println();
    }

    private static void write(JsonGenerator json, DeviceCounts counts) throws IOException {
        json.writeNumberField("records", counts.records());
        json.writeNumberField("duplicates", counts.duplicates());
        json.writeNumberField("gaps", counts.gaps());
        json.writeNumberField("refused", counts.refused());
        json.writeNumberField("chain_breaks", counts.chainBreaks());
    }

    private static void write(JsonGenerator json, SpoolState said) throws IOException {
        if (said.freeBytes().isPresent()) {
            json.writeNumberField("remaining_storage_capacity", said.freeBytes().getAsLong());
        }
        if (said.bytesPerSecond().isPresent()) {
            json.writeNumberField("new_events_rate", said.bytesPerSecond().getAsLong());
        }
    }
}
