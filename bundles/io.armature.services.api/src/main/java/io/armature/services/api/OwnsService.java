package io.armature.services.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;

/**
 * Declares, where it is done, that a class publishes a governed service in code: an object with
 * {@link ServiceNames#PROPERTY}, or a provider given to {@link ServiceManager#register}. The
 * declaration goes into the bundle's manifest, so that the build sees whether policy allows it.
 *
 * <p>A component that Declarative Services publishes needs none: its description says it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Repeatable(OwnsService.All.class)
@Capability(
        namespace = ServiceNames.NAMESPACE,
        attribute = "objectClass:List<String>=\"${#type}\"",
        effective = "active")
public @interface OwnsService {

    /** Name of the service. */
    @Attribute(ServiceNames.NAMESPACE)
    String name();

    /** Interfaces of the object in the framework's registry; none for pipes alone. */
    Class<?>[] type() default {};

    /** For several. */
    @Documented
    @Retention(RetentionPolicy.CLASS)
    @Target(ElementType.TYPE)
    @interface All {
        /** Each. */
        OwnsService[] value();
    }
}
