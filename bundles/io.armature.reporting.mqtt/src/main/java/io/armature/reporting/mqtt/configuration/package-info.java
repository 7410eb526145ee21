/** What the server wants the device to refuse: read, checked, kept. Called by the bridge. */
package io.armature.reporting.mqtt.configuration;
