/** Brings the reporting spool to the message bus, as the original daemon stands there. */
package io.armature.reporting.dbus;
