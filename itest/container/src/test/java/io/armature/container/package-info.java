/**
 * What only a framework can show: the lock of {@code generic-x86_64} installed as on a device, one
 * behaviour a class. {@link io.armature.container.Slot} works outside of the framework, everything
 * else within it.
 */
package io.armature.container;
