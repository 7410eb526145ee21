/** Sockets to the broker: TLS and proxies. Loaded only where a profile asks for one of them. */
package io.armature.reporting.mqtt.network;
