/** Hands batches to a browser on the message bus, as the original daemon does. */
package io.armature.reporting.dbus.uploader;
