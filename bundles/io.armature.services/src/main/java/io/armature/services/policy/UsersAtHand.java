package io.armature.services.policy;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * Users that can be told without waiting for other programs and machines, for a reading that must
 * not take long. Whoever else is named keeps its file out until the others are asked. One thread.
 */
public final class UsersAtHand implements Users {

    private final Users near;
    private boolean missed;

    /**
     * @param near answers at once
     */
    public UsersAtHand(Users near) {
        this.near = near;
    }

    @Override
    public OptionalLong uid(String name) throws IOException {
        OptionalLong uid = near.uid(name);
        if (uid.isEmpty()) {
            missed = true;
            throw new IOException("it is not in /etc/passwd, others are being asked");
        }
        return uid;
    }

    /** Whether somebody was named whom others may know. */
    public boolean missed() {
        return missed;
    }
}
