/** The wire format of D-Bus: messages, their reader and writer, addresses, the greeting. */
package io.armature.dbus.wire;
