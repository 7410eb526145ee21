/** The words {@code status}, {@code version} and {@code config} of the command line. */
package io.armature.platform.commands;
