package io.armature.platform.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Published by every part that can be degraded; {@code armature status} and the console collect
 * them.
 */
@ConsumerType
public interface FaultSource {

    /**
     * The faults of this moment, empty when all is well. Called from any thread; must not block.
     */
    List<Fault> faults();
}
