package io.armature.reporting.mqtt.v3;

import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.api.testing.TransportContract;

class PahoTransportTest extends TransportContract {

    @Override
    protected Transport transport() {
        return new PahoTransport();
    }
}
