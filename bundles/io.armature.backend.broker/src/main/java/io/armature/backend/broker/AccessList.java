package io.armature.backend.broker;

import io.armature.backend.api.DeviceAccounts;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;

/**
 * Who may do what. A device publishes to its own {@code up} and {@code status} and reads its own
 * {@code down/#}; the server publishes to {@code down/…} of any device and reads {@code +/up} and
 * {@code +/status}; all else is refused.
 */
final class AccessList implements IAuthorizatorPolicy {

    private static final String ROOT = "armature/v1/";

    /** Whether the user may publish to the topic. */
    static boolean mayPublish(String user, String topic) {
        if (user == null || topic == null || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            return false;
        }
        if (user.equals(DeviceAccounts.SERVER_USER)) {
            String[] levels = topic.split("/", -1);
            return levels.length >= 5
                    && topic.startsWith(ROOT)
                    && !levels[2].isEmpty()
                    && levels[3].equals("down");
        }
        return topic.equals(ROOT + user + "/up") || topic.equals(statusOf(user));
    }

    /** Whether the user may subscribe to the filter; wildcards reach no further than his own. */
    static boolean maySubscribe(String user, String filter) {
        if (user == null || filter == null) {
            return false;
        }
        if (user.equals(DeviceAccounts.SERVER_USER)) {
            return filter.equals(ROOT + "+/up") || filter.equals(ROOT + "+/status");
        }
        return filter.startsWith(ROOT + user + "/down/");
    }

    /** Whether the user may leave a message with the broker: retained, or as last will. */
    static boolean mayLeave(String user, String topic) {
        return user != null
                && !user.equals(DeviceAccounts.SERVER_USER)
                && statusOf(user).equals(topic);
    }

    private static String statusOf(String user) {
        return ROOT + user + "/status";
    }

    @Override
    public boolean canWrite(Topic topic, String user, String client) {
        return mayPublish(user, topic.toString());
    }

    @Override
    public boolean canRead(Topic topic, String user, String client) {
        return maySubscribe(user, topic.toString());
    }
}
