package io.armature.reporting;

import io.armature.platform.api.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Segments that could not be read since the start, for the operator. Bounded; thread-safe. */
final class ReadFaults {

    private static final int MOST = 20;

    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private int more;

    synchronized void add(String path, String why) {
        if (faults.containsKey(path)) {
            return;
        }
        if (faults.size() == MOST) {
            more++;
            return;
        }
        faults.put(
                path,
                new Fault(
                        "reporting",
                        "segment " + path,
                        "cannot be read: "
                                + why
                                + "; what can be read of it is sent, the rest as gaps; the file is"
                                + " kept, in lost+found once that is confirmed; check the disk"));
    }

    synchronized List<Fault> list() {
        List<Fault> all = new ArrayList<>(faults.values());
        if (more > 0) {
            all.add(new Fault("reporting", "segments", more + " more cannot be read"));
        }
        return all;
    }
}
