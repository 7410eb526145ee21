package io.armature.backend.reporting.server;

/** Where uploads come from. Any thread may call it; it must not block. */
public interface Intake {

    /** This server can take nothing now: uploads are left to the others. */
    void leave();

    /** It takes its share again. */
    void join();
}
