package io.armature.reporting.mqtt;

import java.util.List;

/** The topics of one device. */
record Topics(
        String up, String status, String reply, String confirm, String key, String configuration) {

    static Topics of(String deviceId) {
        String root = "armature/v1/" + deviceId + "/";
        return new Topics(
                root + "up",
                root + "status",
                root + "down/reply",
                root + "down/confirm",
                root + "down/key",
                root + "down/config");
    }

    /** What the device listens to. */
    List<String> subscriptions() {
        return List.of(reply, confirm, key, configuration);
    }
}
