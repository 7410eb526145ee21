package io.armature.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.File;

/**
 * Logback's configuration in code, found by ServiceLoader: reading XML costs a fifth of a second.
 * INFO and above go to {@code armature.log} in the directory that the property {@code armature.log}
 * names; without the property, nothing is logged.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {

    private static final long LIMIT_BYTES = 4L << 20;
    private static final int KEPT = 3;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logger top = context.getLogger(Logger.ROOT_LOGGER_NAME);
        String directory = System.getProperty("armature.log");
        if (directory == null) {
            top.setLevel(Level.OFF);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        top.setLevel(Level.toLevel(System.getProperty("armature.log.level"), Level.INFO));
        LogFile file = new LogFile(new File(directory, "armature.log"), LIMIT_BYTES, KEPT);
        file.setContext(context);
        file.startClosed();
        top.addAppender(file);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
