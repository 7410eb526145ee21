package io.armature.services.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * Declares, where it is done, that a class looks a governed service up in code: with {@link
 * ServiceManager#sticky}, {@link ServiceManager#request} or {@link ServiceManager#query}. The
 * declaration goes into the bundle's manifest, so that the build sees whether policy allows it. The
 * bundle resolves without an owner.
 *
 * <p>A reference of a component needs none: its description says it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@Repeatable(UsesService.All.class)
@Requirement(
        namespace = ServiceNames.NAMESPACE,
        filter = "(" + ServiceNames.NAMESPACE + "=${#name})",
        resolution = Requirement.Resolution.OPTIONAL,
        effective = "active")
public @interface UsesService {

    /** Name of the service. */
    String name();

    /** For several. */
    @Documented
    @Retention(RetentionPolicy.CLASS)
    @Target(ElementType.TYPE)
    @interface All {
        /** Each. */
        UsesService[] value();
    }
}
