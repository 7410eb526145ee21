package io.armature.control.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Names a {@link Command} component's word and the class that its {@link Command#create} makes.
 * From that class alone the command's help is printed where no device runs.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface CommandWord {

    /** Makes the properties {@code armature.command} and {@code armature.command.model}. */
    String PREFIX_ = "armature.";

    /** The word, {@code [a-z][a-z0-9-]*}; the property {@link Command#NAME}. */
    String command();

    /** The class of the picocli model; the property {@link Command#MODEL}. */
    Class<?> command_model();
}
