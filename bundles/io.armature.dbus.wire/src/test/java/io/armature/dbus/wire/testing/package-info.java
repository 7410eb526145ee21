/** A bus of its own for tests, and a client there that is not Java. */
package io.armature.dbus.wire.testing;
