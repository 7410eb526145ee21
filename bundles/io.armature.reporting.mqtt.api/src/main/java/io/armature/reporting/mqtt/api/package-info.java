/** One version of MQTT as the bridge to the reporting server uses it. */
@Export
@Version("1.0.0")
package io.armature.reporting.mqtt.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
