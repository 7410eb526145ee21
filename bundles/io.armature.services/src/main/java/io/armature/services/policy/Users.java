package io.armature.services.policy;

import java.io.IOException;
import java.util.OptionalLong;

/** Knows the users of the machine. */
@FunctionalInterface
public interface Users {

    /**
     * The numeric user of a name.
     *
     * @param name any text
     * @return 0 to 2^32 - 2, empty if there is no such user
     * @throws IOException if it cannot be told
     */
    OptionalLong uid(String name) throws IOException;

    /** Asks these, and then others for a name that these do not know. */
    default Users or(Users others) {
        return name -> {
            OptionalLong uid = uid(name);
            return uid.isPresent() ? uid : others.uid(name);
        };
    }
}
