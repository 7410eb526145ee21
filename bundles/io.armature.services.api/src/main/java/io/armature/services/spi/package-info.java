/**
 * For adapters that bring callers from outside the framework to the service manager, and for those
 * who show what it decides: governed itself, policy names who may use that. And for versions of the
 * service manager among themselves: what one leaves to the next.
 */
@Export
@Version("1.0.0")
package io.armature.services.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
