package io.armature.reporting.mqtt.v3;

import io.armature.boot.api.Milestone;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Opening;
import io.armature.reporting.mqtt.api.Transport;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;

/** MQTT 3.1.1; every broker speaks it. */
@Component(property = Transport.VERSION + "=" + PahoTransport.NUMBER)
@SatisfyingConditionTarget(Milestone.BOOT_COMPLETE)
public final class PahoTransport implements Transport {

    /** What {@link Transport#VERSION} says. */
    public static final String NUMBER = "3.1.1";

    @Override
    public Connection open(Opening opening, Events events) {
        PahoConnection connection = new PahoConnection(opening, events);
        connection.open();
        return connection;
    }
}
