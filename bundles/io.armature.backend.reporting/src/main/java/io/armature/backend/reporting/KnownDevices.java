package io.armature.backend.reporting;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.server.Enrolled;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Devices whose records are taken: those that somebody enrolled. Any thread. */
final class KnownDevices implements Enrolled {

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
    public boolean test(String device) throws IOException {
        if (seen.contains(device)) {
            return true;
        }
        boolean known =
                accounts.get().filter(a -> a.isEnrolled(device)).isPresent()
                        || !storage.noted(device).isEmpty();
        if (known) {
            seen.add(device);
        }
        return known;
    }
}
