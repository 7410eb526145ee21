package io.armature.reporting.mqtt;

import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import io.armature.services.api.UsesService;
import java.time.Duration;

/**
 * Stand-ins for the spool, which hold what comes while it is replaced. Keys have one of their own,
 * so that no number of confirmations takes their place.
 */
@UsesService(name = "Reporting")
final class SpoolStandIns implements AutoCloseable {

    /** One that is refused is made again: the server confirms records anew that it gets again. */
    static final int CONFIRMATIONS = 1024;

    static final Duration CONFIRMATIONS_WAIT = Duration.ofSeconds(10);

    /** The server sends few and does not repeat them by itself. */
    static final int KEYS = 64;

    static final Duration KEYS_WAIT = Duration.ofMinutes(10);

    private final Sticky<Reporting> confirmations;
    private final Sticky<Reporting> keys;

    SpoolStandIns(ServiceManager services) {
        confirmations = services.sticky(Reporting.class, hold(CONFIRMATIONS, CONFIRMATIONS_WAIT));
        keys = services.sticky(Reporting.class, hold(KEYS, KEYS_WAIT));
    }

    /** A spool that says UNAVAILABLE while it goes has changed nothing. */
    private static Hold hold(int limit, Duration time) {
        return new Hold(
                limit, time, ReportingException::unavailable, ReportingException::isUnavailable);
    }

    SpoolWays ways() {
        return new SpoolWays(confirmations.service(), keys.service());
    }

    @Override
    public void close() {
        confirmations.close();
        keys.close();
    }
}
