package io.armature.composer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The start levels that bundles may have, with the condition that components of each wait for. */
enum Level {
    FRAMEWORK(1, null),
    STARTUP(10, null),
    BOOT_SERVICES(20, "armature.startup"),
    APPLICATION(25, "armature.boot-services"),
    FAILSAFE(30, "armature.boot-services"),
    SYSTEM_SERVICES(40, "armature.boot-complete");

    /** Each milestone with the ones that it comes after. */
    private static final Map<String, List<String>> IMPLIED =
            Map.of(
                    "armature.startup", List.of(),
                    "armature.boot-services", List.of("armature.startup"),
                    "armature.failsafe", List.of("armature.startup", "armature.boot-services"),
                    "armature.boot-complete", List.of("armature.startup", "armature.boot-services"),
                    "armature.system-services",
                            List.of(
                                    "armature.startup",
                                    "armature.boot-services",
                                    "armature.failsafe",
                                    "armature.boot-complete"));

    private final int number;
    private final String condition;

    Level(int number, String condition) {
        this.number = number;
        this.condition = condition;
    }

    int number() {
        return number;
    }

    /** The condition that components of this level wait for, or for a later one. */
    Optional<String> condition() {
        return Optional.ofNullable(condition);
    }

    /** Whether a component of this level may wait with that satisfying condition's filter. */
    boolean accepts(String filter) {
        String id = filter.replaceAll("^\\(osgi\\.condition\\.id=|\\)$", "");
        List<String> implied = IMPLIED.get(id);
        if (condition == null) {
            return true;
        }
        return implied != null && (id.equals(condition) || implied.contains(condition));
    }

    static Optional<Level> of(int number) {
        for (Level level : values()) {
            if (level.number == number) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    static String numbers() {
        List<String> numbers = new ArrayList<>();
        for (Level level : values()) {
            numbers.add(Integer.toString(level.number));
        }
        return String.join(", ", numbers);
    }
}
