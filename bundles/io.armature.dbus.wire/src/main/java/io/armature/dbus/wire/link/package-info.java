/** One connection to a message bus: its thread, its calls, its name, its return after a loss. */
package io.armature.dbus.wire.link;
