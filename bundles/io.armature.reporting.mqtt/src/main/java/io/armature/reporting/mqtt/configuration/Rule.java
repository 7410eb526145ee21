package io.armature.reporting.mqtt.configuration;

import io.armature.reporting.proto.Destination;
import java.util.OptionalInt;

/**
 * Blocks a destination on some releases.
 *
 * @param minimum the first of them, see {@link Release}; none: from the first on
 * @param maximum the last of them
 */
record Rule(Destination destination, OptionalInt minimum, OptionalInt maximum) {

    boolean holdsFor(int release) {
        return release >= minimum.orElse(0) && release <= maximum.orElse(Integer.MAX_VALUE);
    }
}
