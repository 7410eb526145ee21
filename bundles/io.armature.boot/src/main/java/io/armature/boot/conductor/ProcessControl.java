package io.armature.boot.conductor;

import io.armature.boot.application.Application;
import io.armature.boot.application.ApplicationToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The boot as the application's process may change it: whoever has its token. */
public final class ProcessControl {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessControl.class);

    private final Conductor conductor;
    private final Application application;
    private final ApplicationToken token;

    /**
     * @param application the profile's
     * @param token of the process that runs
     */
    public ProcessControl(Conductor conductor, Application application, ApplicationToken token) {
        this.conductor = conductor;
        this.application = application;
        this.token = token;
    }

    /**
     * Announces for the application; false, and nothing done, if that is not its process's token.
     */
    public boolean announce(String given) {
        if (!(application instanceof Application.OfProcess) || !token.redeem(given)) {
            LOG.warn("announcement refused: no valid token");
            return false;
        }
        conductor.announce(application.toString());
        return true;
    }
}
