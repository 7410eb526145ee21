/**
 * For adapters that bring callers from outside the framework to the service manager, and for those
 * who show what it decides. Governed itself: policy names who may use it.
 */
@Export
@Version("1.0.0")
package io.armature.services.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
