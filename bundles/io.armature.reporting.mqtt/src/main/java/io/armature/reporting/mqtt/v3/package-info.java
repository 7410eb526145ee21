/** MQTT 3.1.1 by Eclipse Paho. */
package io.armature.reporting.mqtt.v3;
