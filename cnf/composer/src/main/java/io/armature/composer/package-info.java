/**
 * Turns features and firmware profiles into locked slots, and refuses what would not run. Called by
 * the build alone; nothing of it is shipped.
 */
package io.armature.composer;
