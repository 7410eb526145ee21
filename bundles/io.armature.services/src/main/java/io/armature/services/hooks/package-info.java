/**
 * Keeps bundles from seeing services that policy does not allow them; between framework and
 * registry.
 */
package io.armature.services.hooks;
