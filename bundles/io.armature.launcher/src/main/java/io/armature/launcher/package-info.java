/**
 * Starts one slot: verifies its lock, starts the framework, ends it. Called by the shell stub and
 * by nobody else.
 */
package io.armature.launcher;
