/** The order of a boot, without OSGi: what happens when, and what it waits for. */
package io.armature.boot.conductor;
