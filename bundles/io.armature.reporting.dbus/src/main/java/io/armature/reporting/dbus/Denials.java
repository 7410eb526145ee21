package io.armature.reporting.dbus;

import io.armature.reporting.api.Observation;
import io.armature.reporting.api.Reporting;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Has the spool count who was refused. Adds up while it does not answer, so that callers who are
 * refused take no more than one of the calls that wait for it. Of one thread.
 */
final class Denials {

    private final Executor loop;
    private final Map<Access.Refusal, Long> untold = new EnumMap<>(Access.Refusal.class);
    private boolean telling;

    /**
     * @param loop its thread
     */
    Denials(Executor loop) {
        this.loop = loop;
    }

    /** Once more. */
    void add(Access.Refusal why, Reporting spool) {
        untold.merge(why, 1L, Long::sum);
        tell(spool);
    }

    private void tell(Reporting spool) {
        if (telling || untold.isEmpty()) {
            return;
        }
        telling = true;
        Access.Refusal first = untold.keySet().iterator().next();
        long times = untold.remove(first);
        spool.count(Observation.PERMISSION_DENIED_ERROR_REASON, first, times)
                .whenComplete((done, failure) -> loop.execute(() -> told(spool)));
    }

    /** What the spool could not take is not told again: it may have counted it. */
    private void told(Reporting spool) {
        telling = false;
        tell(spool);
    }
}
