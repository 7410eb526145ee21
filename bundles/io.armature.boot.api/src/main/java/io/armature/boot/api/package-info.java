/**
 * Boot phases: what components wait for, tasks a phase waits for, and the application's
 * announcement.
 */
@Export
@Version("1.0.0")
package io.armature.boot.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
