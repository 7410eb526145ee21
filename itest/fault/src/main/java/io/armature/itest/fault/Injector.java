package io.armature.itest.fault;

import io.armature.reporting.storage.NoSpaceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets the planned things go wrong, and keeps a note of each before it happens, in a file that
 * outlives the process. Guarded by the storage.
 */
final class Injector implements Steps {

    /** The exit code of a process that was killed. */
    static final int KILLED = 137;

    /** First word of a note about a step that nobody has named. */
    static final String UNNAMED = "UNNAMED";

    private final List<Injection> injections;
    private final int haltAt;
    private final Path notes;
    private final Map<FaultPoint, Integer> passed = new EnumMap<>(FaultPoint.class);
    private final Set<String> unnamed = new HashSet<>();
    private int steps;

    /**
     * @param haltAt before which step the device dies whatever it is, 0 for none
     * @param notes a line is appended for each thing that went wrong
     */
    Injector(List<Injection> injections, int haltAt, Path notes) {
        this.injections = List.copyOf(injections);
        this.haltAt = haltAt;
        this.notes = notes;
    }

    @Override
    public void before(Step step, String name) throws IOException {
        if (step != Step.SECTOR && ++steps == haltAt) {
            halt();
        }
        Optional<FaultPoint> point = FaultPoint.of(step, name);
        if (point.isEmpty()) {
            if (unnamed.add(step + " " + name)) {
                note(UNNAMED + " " + step + " " + name);
            }
            return;
        }
        int count = passed.merge(point.get(), 1, Integer::sum);
        for (Injection injection : injections) {
            if (injection.point() == point.get() && injection.nth() == count) {
                note(injection.target().toString());
                harm(injection.harm());
            }
        }
    }

    private static void harm(Harm harm) throws IOException {
        switch (harm) {
            case KILL -> halt();
            case ERROR -> throw new IOException("Input/output error");
            case FULL -> throw new NoSpaceException("No space left on device");
            case SHORT_KILL -> throw new ShortWrite(Injector::halt);
            case SHORT_FULL -> throw new ShortWrite(() -> {});
        }
    }

    private static void halt() {
        Runtime.getRuntime().halt(KILLED);
    }

    private void note(String text) throws IOException {
        Files.writeString(
                notes,
                text + "\n",
                StandardCharsets.US_ASCII,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
