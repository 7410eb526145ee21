package io.armature.launcher;

import java.text.NumberFormat;
import java.time.ZoneId;
import org.slf4j.LoggerFactory;

/**
 * Makes ready, beside the framework's start, what every boot needs a little later: logging, the
 * time zone, the formats of numbers. Nobody waits for this thread; whoever comes first does a part,
 * and the other waits for that.
 */
final class Ahead extends Thread {

    Ahead() {
        super("launcher-ahead");
        setDaemon(true);
    }

    @Override
    public void run() {
        LoggerFactory.getLogger(Ahead.class).debug("zone {}", ZoneId.systemDefault());
        // The component runtime formats what it tells of its components.
        NumberFormat.getInstance();
    }
}
