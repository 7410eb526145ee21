/**
 * Frames, descriptors and events of {@code AF_UNIX} streams, see docs/formats/services.md; for the
 * service manager's socket and its clients.
 */
@Export
@Version("1.0.0")
package io.armature.services.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
