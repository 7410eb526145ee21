package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.api.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.ServiceReference;

/** The transports that are there, as services. Any thread may call this. */
final class Transports {

    /** What is wanted if any version will do. */
    static final String HIGHEST = "highest";

    /** The versions that there are, the highest last. */
    static final List<String> VERSIONS = List.of("3.1.1", "5");

    private static final Comparator<ServiceReference<Transport>> BETTER =
            Comparator.<ServiceReference<Transport>>comparingInt(
                            reference -> VERSIONS.indexOf(version(reference)))
                    .thenComparing(Comparator.naturalOrder());

    private final String wanted;
    private final Map<ServiceReference<Transport>, Transport> all = new ConcurrentHashMap<>();

    /**
     * @param wanted one of {@link #VERSIONS} or {@link #HIGHEST}
     */
    Transports(String wanted) {
        this.wanted = wanted;
    }

    void add(ServiceReference<Transport> reference, Transport transport) {
        String version = version(reference);
        if (wanted.equals(version) || wanted.equals(HIGHEST) && VERSIONS.contains(version)) {
            all.put(reference, transport);
        }
    }

    void remove(ServiceReference<Transport> reference) {
        all.remove(reference);
    }

    /** The one of the highest version, among these of the highest ranking. */
    Optional<Transport> best() {
        return all.keySet().stream().max(BETTER).map(all::get);
    }

    /** For messages. */
    static String name(String wanted) {
        return wanted.equals(HIGHEST) ? "any version of MQTT" : "MQTT " + wanted;
    }

    private static String version(ServiceReference<Transport> reference) {
        return String.valueOf(reference.getProperty(Transport.VERSION));
    }
}
