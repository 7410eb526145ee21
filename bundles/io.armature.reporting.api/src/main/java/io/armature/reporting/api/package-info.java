/**
 * Store-and-forward reporting: callers enqueue records, an uploader takes batches, the server's
 * confirmation deletes.
 */
@Export
@Version("1.0.0")
package io.armature.reporting.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
