/**
 * The client library's report queues, for authors of bundles: {@code @Reference ReportQueues}, a
 * configuration, records.
 */
@Export
@Version("1.0.0")
package io.armature.reporting.api.client;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
