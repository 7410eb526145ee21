/**
 * Where the reporting server keeps records: what a storage promises, and what it is given. The
 * server calls it; bundles other than the server's may provide one.
 */
@Export
@Version("1.0.0")
package io.armature.backend.api.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
