/** The thin client of the control socket: one short-lived process for each command. */
package io.armature.cli;
