/** MQTT 5 by Eclipse Paho, as a transport of the bridge to the reporting server. */
package io.armature.reporting.mqtt5;
