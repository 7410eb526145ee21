/** Carries batches of the reporting spool to the server over MQTT; the spool calls in. */
package io.armature.reporting.mqtt;
