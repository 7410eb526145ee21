package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.api.Transport;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.ServiceReference;

/** The transports that are there, as services. Any thread may call this. */
final class Transports {

    private final String version;
    private final Map<ServiceReference<Transport>, Transport> all = new ConcurrentHashMap<>();

    /**
     * @param version the one that is wanted
     */
    Transports(String version) {
        this.version = version;
    }

    void add(ServiceReference<Transport> reference, Transport transport) {
        if (version.equals(reference.getProperty(Transport.VERSION))) {
            all.put(reference, transport);
        }
    }

    void remove(ServiceReference<Transport> reference) {
        all.remove(reference);
    }

    /** The one of the highest ranking. */
    Optional<Transport> best() {
        return all.keySet().stream().max(Comparator.naturalOrder()).map(all::get);
    }
}
