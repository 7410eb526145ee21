package io.armature.boot.components;

import java.util.function.BooleanSupplier;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerConsumer;
import org.slf4j.LoggerFactory;

/** One logger of the component runtime, onto the device's log. */
final class ComponentLogger implements Logger {

    private final String name;
    private final Activations activations;
    private final BooleanSupplier booting;
    private final boolean component;

    ComponentLogger(String name, Activations activations, BooleanSupplier booting) {
        this.name = name;
        this.activations = activations;
        this.booting = booting;
        component = !name.equals(ROOT_LOGGER_NAME);
    }

    private org.slf4j.Logger log() {
        return LoggerFactory.getLogger(component ? name : "org.apache.felix.scr");
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return hears() && Asker.mayActivate();
    }

    private boolean hears() {
        return component && booting.getAsBoolean();
    }

    @Override
    public boolean isInfoEnabled() {
        return log().isInfoEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    private void heard(String message) {
        if (hears()) {
            activations.hear(name, message);
        }
    }

    @Override
    public void trace(String message) {
        log().trace(message);
    }

    @Override
    public void trace(String format, Object argument) {
        log().trace(format, argument);
    }

    @Override
    public void trace(String format, Object first, Object second) {
        log().trace(format, first, second);
    }

    @Override
    public void trace(String format, Object... arguments) {
        log().trace(format, arguments);
    }

    @Override
    public <E extends Exception> void trace(LoggerConsumer<E> consumer) throws E {
        if (isTraceEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void debug(String message) {
        heard(message);
    }

    @Override
    public void debug(String format, Object argument) {
        heard(format);
    }

    @Override
    public void debug(String format, Object first, Object second) {
        heard(format);
    }

    @Override
    public void debug(String format, Object... arguments) {
        heard(format);
    }

    @Override
    public <E extends Exception> void debug(LoggerConsumer<E> consumer) throws E {
        if (isDebugEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void info(String message) {
        log().info(message);
    }

    @Override
    public void info(String format, Object argument) {
        log().info(format, argument);
    }

    @Override
    public void info(String format, Object first, Object second) {
        log().info(format, first, second);
    }

    @Override
    public void info(String format, Object... arguments) {
        log().info(format, arguments);
    }

    @Override
    public <E extends Exception> void info(LoggerConsumer<E> consumer) throws E {
        if (isInfoEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void warn(String message) {
        log().warn(message);
    }

    @Override
    public void warn(String format, Object argument) {
        log().warn(format, argument);
    }

    @Override
    public void warn(String format, Object first, Object second) {
        log().warn(format, first, second);
    }

    @Override
    public void warn(String format, Object... arguments) {
        log().warn(format, arguments);
    }

    @Override
    public <E extends Exception> void warn(LoggerConsumer<E> consumer) throws E {
        if (isWarnEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void error(String message) {
        log().error(message);
    }

    @Override
    public void error(String format, Object argument) {
        log().error(format, argument);
    }

    @Override
    public void error(String format, Object first, Object second) {
        log().error(format, first, second);
    }

    @Override
    public void error(String format, Object... arguments) {
        log().error(format, arguments);
    }

    @Override
    public <E extends Exception> void error(LoggerConsumer<E> consumer) throws E {
        if (isErrorEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void audit(String message) {
        log().info(message);
    }

    @Override
    public void audit(String format, Object argument) {
        log().info(format, argument);
    }

    @Override
    public void audit(String format, Object first, Object second) {
        log().info(format, first, second);
    }

    @Override
    public void audit(String format, Object... arguments) {
        log().info(format, arguments);
    }
}
