/** The component runtime's log: errors go to the device's log, activations to the timeline. */
package io.armature.boot.components;
