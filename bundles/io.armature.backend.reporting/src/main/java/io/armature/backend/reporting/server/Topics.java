package io.armature.backend.reporting.server;

import io.armature.backend.api.storage.QueueName;
import java.util.Optional;

/** The topics of a device. */
public final class Topics {

    private static final String ROOT = "armature/v1/";
    private static final String UP = "/up";

    /** What the server subscribes to. */
    public static final String UPLOADS = ROOT + "+" + UP;

    private Topics() {}

    /** The device that a message on this topic comes from; none if it is no upload. */
    public static Optional<String> uploader(String topic) {
        if (!topic.startsWith(ROOT)
                || !topic.endsWith(UP)
                || topic.length() < ROOT.length() + UP.length()) {
            return Optional.empty();
        }
        String device = topic.substring(ROOT.length(), topic.length() - UP.length());
        return QueueName.isDevice(device) ? Optional.of(device) : Optional.empty();
    }

    static String confirm(String device) {
        return ROOT + device + "/down/confirm";
    }

    static String reply(String device) {
        return ROOT + device + "/down/reply";
    }

    static String configuration(String device) {
        return ROOT + device + "/down/config";
    }

    static String key(String device) {
        return ROOT + device + "/down/key";
    }
}
