/** Providers of the device's small services: clock, paths, identity, files, randomness. */
package io.armature.platform;
