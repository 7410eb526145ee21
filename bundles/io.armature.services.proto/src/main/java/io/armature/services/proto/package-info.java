/** Messages between the service manager and processes; see docs/formats/services.md. */
@Export
@Version("1.0.0")
package io.armature.services.proto;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
