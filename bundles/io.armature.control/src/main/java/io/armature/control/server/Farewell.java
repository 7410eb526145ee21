package io.armature.control.server;

import io.armature.control.api.ExitCode;

/** Why a server closes, as the clients of commands that have not ended are told. */
public enum Farewell {
    /** Another server is to come. */
    REPLACED(
            "the control socket is being replaced; what is printed is done, run it again for the rest",
            ExitCode.FAILED),
    /** Nobody will be there. */
    DEVICE_DOWN("the device goes down", ExitCode.NOT_RUNNING);

    private final String line;
    private final ExitCode code;

    Farewell(String line, ExitCode code) {
        this.line = line;
        this.code = code;
    }

    String line() {
        return "armature: " + line;
    }

    ExitCode code() {
        return code;
    }
}
