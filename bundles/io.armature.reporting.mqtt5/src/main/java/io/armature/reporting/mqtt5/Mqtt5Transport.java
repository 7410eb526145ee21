package io.armature.reporting.mqtt5;

import io.armature.boot.api.Milestone;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Opening;
import io.armature.reporting.mqtt.api.Transport;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;

/** MQTT 5; used where the bridge is set to it. */
@Component(property = Transport.VERSION + "=5")
@SatisfyingConditionTarget(Milestone.BOOT_COMPLETE)
public final class Mqtt5Transport implements Transport {

    @Override
    public Connection open(Opening opening, Events events) {
        Mqtt5Connection connection = new Mqtt5Connection(opening, events);
        connection.open();
        return connection;
    }
}
