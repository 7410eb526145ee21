package io.armature.reporting;

import io.armature.platform.api.Fault;
import java.util.ArrayList;
import java.util.List;

/** Segments that could not be read since the start, for the operator. Bounded; thread-safe. */
final class ReadFaults {

    private static final int MOST = 20;

    private final List<Fault> faults = new ArrayList<>();
    private int more;

    synchronized void add(String path, String why) {
        if (faults.size() == MOST) {
            more++;
            return;
        }
        faults.add(
                new Fault(
                        "reporting",
                        "segment " + path,
                        "cannot be read: "
                                + why
                                + "; what can be read of it is sent, the rest as gaps; the file is"
                                + " kept, in lost+found once that is confirmed; check the disk"));
    }

    synchronized List<Fault> list() {
        List<Fault> all = new ArrayList<>(faults);
        if (more > 0) {
            all.add(new Fault("reporting", "segments", more + " more cannot be read"));
        }
        return all;
    }
}
