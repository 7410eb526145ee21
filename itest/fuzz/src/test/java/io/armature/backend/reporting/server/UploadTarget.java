package io.armature.backend.reporting.server;

import java.util.List;

/** Feeds {@link UploadModel}. The fuzzer calls it by its name. */
public final class UploadTarget {

    private UploadTarget() {}

    /**
     * Loads what is watched before the messages, of which there are many: of classes that come late
     * Jazzer's report lacks branches.
     */
    public static void fuzzerInitialize() throws ClassNotFoundException {
        for (String one :
                List.of(
                        "opening.RecordOpener",
                        "audit.Statement",
                        "audit.Statement$Queue",
                        "server.OpenedBatch",
                        "server.OpenedBatch$Upload",
                        "storage.Checkpoint")) {
            Class.forName("io.armature.backend.reporting." + one);
        }
    }

    /** Reads one input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        UploadModel.check(input);
    }
}
