package io.armature.itest.system;

import java.io.IOException;
import java.util.Map;

/** What {@code backend stats} counted. */
record ServerCounts(long records, long duplicates, long gaps, long refused, long chainBreaks) {

    static ServerCounts of(Appliance backend) throws IOException {
        Map<String, Object> stats =
                Json.object(Json.parse(backend.run("backend", "stats", "--json").ok().text()));
        return new ServerCounts(
                (Long) stats.get("records"),
                (Long) stats.get("duplicates"),
                (Long) stats.get("gaps"),
                (Long) stats.get("refused"),
                (Long) stats.get("chain_breaks"));
    }
}
