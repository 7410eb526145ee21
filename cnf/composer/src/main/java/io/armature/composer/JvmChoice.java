package io.armature.composer;

import java.util.List;

/**
 * A Java version that may run a profile.
 *
 * @param version feature version, 17 or later
 * @param flags after those for every version
 */
record JvmChoice(int version, List<String> flags) {

    JvmChoice {
        flags = List.copyOf(flags);
    }
}
