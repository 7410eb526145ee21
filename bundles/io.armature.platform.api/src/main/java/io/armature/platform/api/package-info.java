/**
 * Small services of the device that every provider needs and tests replace: clock, paths, identity,
 * files, processes.
 */
@Export
@Version("1.2.0")
package io.armature.platform.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
