package io.armature.console.actions;

import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import io.armature.services.api.UsesService;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The spool's stand-in, which holds calls while the spool is replaced. Made with the first action:
 * a boot needs none. It stays when the service manager is replaced, which takes it over. Any
 * thread.
 */
@UsesService(name = "Reporting")
public final class StandIn implements Supplier<Reporting>, AutoCloseable {

    private static final int HELD_CALLS = 64;
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

    private ServiceManager services;
    private Sticky<Reporting> reporting;

    /** A service manager has come. */
    public synchronized void bind(ServiceManager found) {
        services = found;
    }

    /** A service manager has gone. */
    public synchronized void unbind(ServiceManager gone) {
        if (gone.equals(services)) {
            services = null;
        }
    }

    /** The stand-in; null while there is none and no service manager to ask for it. */
    @Override
    public synchronized Reporting get() {
        if (reporting == null && services != null) {
            reporting =
                    services.sticky(
                            Reporting.class,
                            new Hold(
                                    HELD_CALLS,
                                    LONGEST_HOLD,
                                    StandIn::unavailable,
                                    StandIn::isUnavailable));
        }
        return reporting == null ? null : reporting.service();
    }

    private static Throwable unavailable(String sentence) {
        return new ReportingException(StatusCode.UNAVAILABLE, sentence);
    }

    /** A spool that says so while it goes has stored and changed nothing. */
    private static boolean isUnavailable(Throwable failure) {
        return failure instanceof ReportingException refused
                && refused.code() == StatusCode.UNAVAILABLE;
    }

    @Override
    public synchronized void close() {
        if (reporting != null) {
            reporting.close();
            reporting = null;
        }
        services = null;
    }
}
