/**
 * Named services between bundles and processes: owners register, requesters ask, observers watch,
 * policy decides by an identity that the framework or the kernel gives.
 */
@Export
@Version("1.0.0")
package io.armature.services.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
