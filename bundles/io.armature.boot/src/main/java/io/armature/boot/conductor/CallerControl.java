package io.armature.boot.conductor;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Phase;
import io.armature.boot.application.Application;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The boot as one bundle may see and change it. */
public final class CallerControl implements BootControl {

    private static final Logger LOG = LoggerFactory.getLogger(CallerControl.class);

    private final Conductor conductor;
    private final String caller;
    private final Application application;

    /**
     * @param caller symbolic name of the bundle that calls
     * @param application the profile's
     */
    public CallerControl(Conductor conductor, String caller, Application application) {
        this.conductor = conductor;
        this.caller = caller;
        this.application = application;
    }

    @Override
    public boolean isApplication() {
        return application instanceof Application.OfBundle expected
                && expected.symbolicName().equals(caller);
    }

    @Override
    public void announceReady() {
        if (!isApplication()) {
            LOG.warn("announcement refused bundle={}", caller);
            throw new SecurityException(
                    caller + " is not the application, which is " + application);
        }
        conductor.announce(caller);
    }

    @Override
    public CompletionStage<Void> reached(Phase phase) {
        return conductor.reached(phase);
    }
}
