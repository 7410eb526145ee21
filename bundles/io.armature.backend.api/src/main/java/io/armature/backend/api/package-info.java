/** What the parts of the backend ask of each other; never on a device. */
@Export
@Version("1.0.0")
package io.armature.backend.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
