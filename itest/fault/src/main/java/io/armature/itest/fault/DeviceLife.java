package io.armature.itest.fault;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a device process is told.
 *
 * @param directory of the campaign: platter, keys, notes, log
 * @param mutant its defect
 * @param changed classes that take the place of the spool's
 * @param room its disk
 * @param haltAt before which step of the disk it dies, 0 for none
 * @param badBlocks whether parts of its disk cannot be read in this life
 */
record DeviceLife(
        Path directory,
        Mutant mutant,
        Optional<Path> changed,
        Room room,
        List<Injection> injections,
        int haltAt,
        boolean badBlocks,
        long seed) {

    private static final int HEALTH_ONE_OF = 3;
    private static final String PLATTER = "platter";
    private static final String KEYS = "keys";
    private static final String NOTES = "notes";

    static DeviceLife parse(String[] arguments) {
        return new DeviceLife(
                Path.of(arguments[0]),
                Mutant.valueOf(arguments[1]),
                Optional.empty(),
                Room.valueOf(arguments[6]),
                Injection.parse(arguments[2]),
                Integer.parseInt(arguments[3]),
                Boolean.parseBoolean(arguments[4]),
                Long.parseLong(arguments[5]));
    }

    List<String> arguments() {
        return List.of(
                directory.toString(),
                mutant.name(),
                Injection.text(injections),
                Integer.toString(haltAt),
                Boolean.toString(badBlocks),
                Long.toString(seed),
                room.name());
    }

    /** Whether the history of calls is kept: in a third of all lives, and where it is to fail. */
    boolean health() {
        return Math.floorMod(seed, HEALTH_ONE_OF) == 0
                || injections.stream().anyMatch(each -> each.point().ofHealth());
    }

    /** Whether something is to go wrong at a point. */
    boolean meets(FaultPoint point) {
        return injections.stream().anyMatch(each -> each.point() == point);
    }

    String classPath() {
        String own = System.getProperty("java.class.path");
        return changed.map(path -> path + File.pathSeparator + own).orElse(own);
    }

    static Path platter(Path directory) {
        return directory.resolve(PLATTER);
    }

    static Path keys(Path directory) {
        return directory.resolve(KEYS);
    }

    static Path notes(Path directory) {
        return directory.resolve(NOTES);
    }

    Path log() {
        return directory.resolve("device.log");
    }
}
