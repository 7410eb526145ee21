package io.armature.backend.reporting;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.storage.RecordStorage;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Devices whose records are taken: those that somebody enrolled. Any thread. */
final class KnownDevices implements Predicate<String> {

    private static final Logger log = LoggerFactory.getLogger(KnownDevices.class);

    /** What enrolment notes. */
    static final String ENROLLED = "enrolled";

    private final RecordStorage storage;
    private final Supplier<Optional<DeviceAccounts>> accounts;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /**
     * @param accounts of the broker of this process, while it is there
     */
    KnownDevices(RecordStorage storage, Supplier<Optional<DeviceAccounts>> accounts) {
        this.storage = storage;
        this.accounts = accounts;
    }

    @Override
    public boolean test(String device) {
        if (seen.contains(device)) {
            return true;
        }
        boolean known = accounts.get().filter(a -> a.isEnrolled(device)).isPresent();
        try {
            known = known || !storage.noted(device).isEmpty();
        } catch (IOException e) {
            log.warn("device not looked up device={} reason=\"{}\"", device, e.getMessage());
        }
        if (known) {
            seen.add(device);
        }
        return known;
    }
}
