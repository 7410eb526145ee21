package io.armature.services.registry;

import io.armature.services.api.Identity;
import java.util.List;
import java.util.Optional;

/**
 * One service at one moment.
 *
 * @param owner who owns it now
 * @param waiting whose requests wait, oldest first
 * @param handedOver requests that owners have got so far
 */
public record ServiceView(
        String name, Optional<Identity> owner, List<Identity> waiting, long handedOver) {

    /** Copies the list. */
    public ServiceView {
        waiting = List.copyOf(waiting);
    }
}
