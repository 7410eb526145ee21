/**
 * The messages of the reporting pipeline, numbered as in the original (proto package {@code
 * reporting}).
 */
@Export
@Version("1.0.0")
package io.armature.reporting.proto;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
