package io.armature.launcher;

import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what the framework can only tell its listeners, such as a bundle that did not start. */
final class FrameworkLog implements FrameworkListener {

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        int type = event.getType();
        if (type != FrameworkEvent.ERROR && type != FrameworkEvent.WARNING) {
            return;
        }
        // Made here: on a good start nobody needs it.
        Logger log = LoggerFactory.getLogger(FrameworkLog.class);
        String bundle = event.getBundle().getSymbolicName();
        if (type == FrameworkEvent.ERROR) {
            log.error("framework error bundle={}", bundle, event.getThrowable());
        } else {
            log.warn("framework warning bundle={}", bundle, event.getThrowable());
        }
    }
}
